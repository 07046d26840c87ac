// One agent: the daemon that owns pools, as the router sees it.

#ifndef HOLDFAST_CONTROLLER_ROUTER_AGENT_H_
#define HOLDFAST_CONTROLLER_ROUTER_AGENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "controller/topology.h"
#include "csi/v1/csi.grpc.pb.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "rpc/endpoint.h"

namespace holdfast::controller {

// Whether a volume goes to a pool when the request names none.
enum class PoolRank { kFirst, kOther };

// What an agent announces of one of its pools, in the manifest of
// Identity.GetPluginInfo.
struct Announcement {
  std::string name = "";  // as the parameter "pool" says it
  std::string home = "";  // as ids name it; empty while it is not open
  std::string node = "";
  Segments segments = {};  // from where the pool's volumes can be reached
  PoolRank rank = PoolRank::kFirst;  // among the agent's pools

  friend bool operator==(const Announcement&, const Announcement&) = default;
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
  v1::Admin::StubInterface& admin() { return *admin_; }

  // True while the connection stands that there was at the last answer. A
  // restarted agent may serve another pool, so what one announced holds for
  // one connection.
  bool IsConnected() const;

  // Asks for its pools, in its order, waiting for an agent that is just
  // starting. FAILED_PRECONDITION if it announces none, UNAVAILABLE if none of
  // them is open yet or it cannot be reached in time.
  absl::StatusOr<std::vector<Announcement>> Ask(absl::Duration patience);
  // Ends the question that is under way, if one is, and all later ones.
  void Close();

 private:
  // Makes `context` the one that Close ends. False if it came before.
  bool Begin(grpc::ClientContext& context);
  void End();
  absl::StatusOr<std::vector<Announcement>> Read(
      const csi::v1::GetPluginInfoResponse& info) const;

  const std::string name_;
  const AnnouncementKeys keys_;
  const std::shared_ptr<grpc::Channel> channel_;  // shared with the stubs
  const std::unique_ptr<csi::v1::Identity::Stub> identity_;
  const std::unique_ptr<csi::v1::Controller::StubInterface> controller_;
  const std::unique_ptr<v1::Admin::StubInterface> admin_;

  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  // Of the question under way; null if there is none.
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_AGENT_H_
