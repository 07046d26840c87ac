// One agent: the daemon that owns pools, as the router sees it.

#ifndef HOLDFAST_CONTROLLER_ROUTER_AGENT_H_
#define HOLDFAST_CONTROLLER_ROUTER_AGENT_H_

#include <grpcpp/grpcpp.h>

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

  // Begins to ask for its pools, waiting for an agent that is just starting;
  // `tag` comes out of the queue when that has ended. One question at a time.
  void Ask(grpc::CompletionQueue& queue, absl::Duration patience, void* tag);
  // What it answered: its pools, in its order. FAILED_PRECONDITION if it
  // announces none, UNAVAILABLE if none of them is open yet or it could not be
  // reached in time.
  absl::StatusOr<std::vector<Announcement>> Read();
  // Ends the question that is under way, if one is, and all later ones.
  void Close();

 private:
  struct Question {
    grpc::ClientContext context;
    csi::v1::GetPluginInfoResponse info;
    grpc::Status status;
    std::unique_ptr<
        grpc::ClientAsyncResponseReader<csi::v1::GetPluginInfoResponse>>
        reader;
  };

  absl::StatusOr<std::vector<Announcement>> PoolsIn(
      const csi::v1::GetPluginInfoResponse& info) const;

  const std::string name_;
  const AnnouncementKeys keys_;
  const std::shared_ptr<grpc::Channel> channel_;  // shared with the stubs
  const std::unique_ptr<csi::v1::Identity::Stub> identity_;
  const std::unique_ptr<csi::v1::Controller::StubInterface> controller_;
  const std::unique_ptr<v1::Admin::StubInterface> admin_;

  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Question> question_ ABSL_GUARDED_BY(mutex_);  // under way
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_AGENT_H_
