// Agents and a router in this process, on unix sockets.

#ifndef HOLDFAST_TESTS_CONTROLLER_ROUTER_RUNNING_AGENT_H_
#define HOLDFAST_TESTS_CONTROLLER_ROUTER_RUNNING_AGENT_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "backend/idempotent_backend.h"
#include "backend/pool_set.h"
#include "base/keyed_lock.h"
#include "base/metrics.h"
#include "base/unique_fd.h"
#include "controller/router/agents.h"
#include "controller/router/router_service.h"
#include "csi/v1/csi.grpc.pb.h"
#include "identity/identity_service.h"
#include "os/kernel.h"
#include "rpc/call.h"
#include "rpc/endpoint.h"
#include "rpc/server.h"
#include "tests/controller/pool_service.h"

namespace holdfast::controller {

// A directory with a path short enough for sockets; removed with all in it.
class SocketDirectory {
 public:
  SocketDirectory();
  ~SocketDirectory();
  SocketDirectory(const SocketDirectory&) = delete;
  SocketDirectory& operator=(const SocketDirectory&) = delete;

  rpc::Endpoint Socket(const std::string& name) const {
    return {.path = path_ + "/" + name + ".sock"};
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Holds up whoever comes through while it is shut. Thread-safe.
class Gate {
 public:
  void Shut() {
    absl::MutexLock lock(&mutex_);
    open_ = false;
  }
  void Open() {
    absl::MutexLock lock(&mutex_);
    open_ = true;
  }
  void Pass() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&open_));
  }

 private:
  absl::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
};

// A service and the Identity that announces its pools, at an endpoint.
class RunningAgent {
 public:
  RunningAgent(const rpc::Endpoint& endpoint, grpc::Service& service,
               std::map<std::string, std::string> manifest);

  // With the port that it got.
  const rpc::Endpoint& endpoint() const { return endpoint_; }
  void Start();
  void Start(const rpc::Endpoint& elsewhere) {
    endpoint_ = elsewhere;
    Start();
  }
  void Stop() { server_.reset(); }
  // What announcements have to pass; open it before Stop.
  Gate& gate() { return gate_; }
  // How often it was asked what it announces.
  int announcements() const { return announcements_; }

 private:
  rpc::Endpoint endpoint_;
  Gate gate_;
  std::atomic<int> announcements_ = 0;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  grpc::Service& service_;
  identity::IdentityService identity_;
  std::unique_ptr<rpc::Server> server_;
};

// An agent of a pool in memory. The pool survives Stop and Start.
class PoolAgent {
 public:
  PoolAgent(const rpc::Endpoint& endpoint, const std::string& pool_uuid,
            const std::string& node_id,
            int64_t pool_bytes = backend::FakeBackend::kPoolBytes);

  PoolService& pool() { return pool_; }
  const std::string& home() { return pool_.backend().home(); }
  const rpc::Endpoint& endpoint() const { return agent_.endpoint(); }
  void Start() { agent_.Start(); }
  void Start(const rpc::Endpoint& elsewhere) { agent_.Start(elsewhere); }
  void Stop() { agent_.Stop(); }

  // From now on, until Thaw, whoever connects gets no answer, as from a process
  // that is stopped; calls that came go on then. Thaw before Stop.
  void Freeze();
  void Thaw() { agent_.gate().Open(); }
  int announcements() const { return agent_.announcements(); }

 private:
  PoolService pool_;
  RunningAgent agent_;
};

// An agent with two pools in memory, "fast" first and then "large".
class TwoPoolsAgent {
 public:
  // Announces `more` before them: pools that it does not serve.
  TwoPoolsAgent(const rpc::Endpoint& endpoint, const std::string& node_id,
                const std::string& more = "");

  backend::FakeBackend& fast() { return fast_; }
  backend::FakeBackend& large() { return large_; }
  const rpc::Endpoint& endpoint() const { return agent_.endpoint(); }

 private:
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  KeyedLock locks_;
  backend::FakeBackend fast_;
  backend::FakeBackend large_;
  backend::PoolSet set_{{{.name = "fast", .backend = fast_},
                         {.name = "large", .backend = large_}}};
  backend::IdempotentBackend idempotent_{set_};
  ControllerService service_;
  RunningAgent agent_;
};

// As long as it lives, calls of an agent that come to this verb of its backend
// (empty: to any) do not come back.
class Hang {
 public:
  explicit Hang(PoolAgent& agent, absl::string_view verb = "");
  ~Hang() { over_->Notify(); }
  Hang(const Hang&) = delete;
  Hang& operator=(const Hang&) = delete;

 private:
  // Shared with the calls, which go on after it.
  std::shared_ptr<absl::Notification> over_ =
      std::make_shared<absl::Notification>();
};

// A socket on which connections stay without an answer.
class SilentSocket {
 public:
  explicit SilentSocket(const rpc::Endpoint& endpoint);
  const rpc::Endpoint& endpoint() const { return endpoint_; }

 private:
  const rpc::Endpoint endpoint_;
  UniqueFd fd_;
};

AnnouncementKeys Keys();

// Longer than any test may take: what waits for it hangs.
inline constexpr absl::Duration kForever = absl::Minutes(9);
// Enough for an agent that runs; short for one that never answers.
inline constexpr absl::Duration kShort = absl::Milliseconds(300);
// A deadline of which a half is more than what agents that run need.
inline constexpr absl::Duration kEnough = absl::Seconds(4);

// A directory of agents with what it needs.
struct Directory {
  explicit Directory(const std::vector<rpc::Endpoint>& endpoints,
                     absl::Duration patience = kForever,
                     absl::Duration max_age = kForever)
      : agents({.keys = Keys(),
                .forgotten = forgotten,
                .known = known,
                .appearances = appearances,
                .patience = patience,
                .max_age = max_age}) {
    agents.Set(endpoints);
  }

  SocketDirectory state;
  Metrics metrics;
  os::Kernel kernel = os::LinuxKernel(metrics);
  ForgottenPools forgotten{*kernel.files, *kernel.data_files, state.path(), {}};
  KnownPools known{*kernel.files, *kernel.data_files, state.path(), {}};
  Appearances appearances;
  Agents agents;
};

// A router over agents, and a client of it.
class RunningRouter {
 public:
  RunningRouter(const rpc::Endpoint& endpoint,
                const std::vector<rpc::Endpoint>& agents,
                absl::Duration patience = kShort);

  Directory& directory() { return directory_; }

  // Calls one method with a request in text.
  template <typename Request, typename Response>
  std::pair<grpc::Status, Response> Call(
      grpc::Status (csi::v1::Controller::StubInterface::*method)(
          grpc::ClientContext*, const Request&, Response*),
      const std::string& text, absl::Duration timeout = kForever) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    std::pair<grpc::Status, Response> answer;
    answer.first =
        ((*stub_).*method)(&context, FromText<Request>(text), &answer.second);
    return answer;
  }

  // The same for an agent that has just been started, which takes gRPC up to
  // a second to find again.
  template <typename Method>
  auto CallRestarted(Method method, const std::string& text) {
    const absl::Time end = absl::Now() + absl::Minutes(1);
    auto answer = Call(method, text);
    while (answer.first.error_code() == grpc::UNAVAILABLE &&
           absl::Now() < end) {
      answer = Call(method, text);
    }
    return answer;
  }

 private:
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  Directory directory_;
  RouterService service_{directory_.agents, calls_};
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<csi::v1::Controller::StubInterface> stub_;
};

using Stub = csi::v1::Controller::StubInterface;

}  // namespace holdfast::controller

#endif  // HOLDFAST_TESTS_CONTROLLER_ROUTER_RUNNING_AGENT_H_
