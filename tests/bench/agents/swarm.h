// Many agents with a pool in memory each, and one real controller over them.

#ifndef HOLDFAST_TESTS_BENCH_AGENTS_SWARM_H_
#define HOLDFAST_TESTS_BENCH_AGENTS_SWARM_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "csi/v1/csi.grpc.pb.h"
#include "tests/controller/router/running_agent.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"

namespace holdfast::bench {

// What the controller's process has used and holds.
struct Usage {
  absl::Duration cpu;  // since it was started
  int64_t resident_bytes = 0;
  int64_t anonymous_bytes = 0;
  int64_t threads = 0;
};

// The agents are servers in this process, the controller is a process. All end
// with it. Not thread-safe.
class Swarm {
 public:
  // Returns when the controller lists all of them; each has `volumes`.
  absl::Status Start(int agents, int volumes);

  csi::v1::Controller::StubInterface& csi() { return *csi_; }
  int agents() const { return static_cast<int>(agents_.size()); }
  static std::string NodeName(int agent);
  // Of the i-th volume of the agent.
  const std::string& VolumeId(int agent, int i) const {
    return volumes_.at(agent).at(i);
  }
  Usage Read() const;

 private:
  absl::Status StartController();
  absl::Status AwaitList();

  root::Scratch scratch_;
  std::vector<std::unique_ptr<controller::PoolAgent>> agents_;
  std::vector<std::vector<std::string>> volumes_;
  std::optional<root::Process> controller_;
  std::unique_ptr<csi::v1::Controller::StubInterface> csi_;
};

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_AGENTS_SWARM_H_
