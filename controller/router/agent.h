// One agent: the daemon that owns a pool, as the router sees it.

#ifndef HOLDFAST_CONTROLLER_ROUTER_AGENT_H_
#define HOLDFAST_CONTROLLER_ROUTER_AGENT_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "controller/topology.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/endpoint.h"

namespace holdfast::controller {

// What an agent announces in the manifest of Identity.GetPluginInfo.
struct Announcement {
  std::string home;   // of its pool, as ids name it
  Segments segments;  // from where the pool's volumes can be reached
};

// The words in which it does so; they are the identity service's.
struct AnnouncementKeys {
  std::string pools;     // manifest key of the pools: "name=home,name=home"
  std::string node;      // manifest key of the node's name
  std::string topology;  // the segment whose value the node's name is
};

// The connection to one agent. It connects at the first call and again
// whenever it was lost. Thread-safe.
class Agent {
 public:
  Agent(const rpc::Endpoint& endpoint, AnnouncementKeys keys);

  // For messages: "unix:///run/holdfast/agent.sock".
  const std::string& name() const { return name_; }
  csi::v1::Controller::StubInterface& controller() { return *controller_; }

  // True while the connection stands that there was at the last answer. A
  // restarted agent may serve another pool, so what one announced holds for
  // one connection.
  bool IsConnected() const;

  // Asks for the announcement, waiting for an agent that is just starting.
  // FAILED_PRECONDITION if it announces no pool, UNAVAILABLE if it cannot be
  // reached in time.
  absl::StatusOr<Announcement> Ask(absl::Duration patience);
  // Ends the question that is under way, if one is, and all later ones.
  void Close();

 private:
  // Makes `context` the one that Close ends. False if it came before.
  bool Begin(grpc::ClientContext& context);
  void End();
  absl::StatusOr<Announcement> Read(
      const csi::v1::GetPluginInfoResponse& info) const;

  const std::string name_;
  const AnnouncementKeys keys_;
  const std::shared_ptr<grpc::Channel> channel_;  // shared with the stubs
  const std::unique_ptr<csi::v1::Identity::Stub> identity_;
  const std::unique_ptr<csi::v1::Controller::StubInterface> controller_;

  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  // Of the question under way; null if there is none.
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_AGENT_H_
