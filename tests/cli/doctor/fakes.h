// Daemons and sockets that are as a test says.

#ifndef HOLDFAST_TESTS_CLI_DOCTOR_FAKES_H_
#define HOLDFAST_TESTS_CLI_DOCTOR_FAKES_H_

#include <map>
#include <string>
#include <vector>

#include "cli/doctor/admin_view.h"
#include "cli/doctor/sockets.h"

namespace holdfast::cli::doctor {

// Answers what it was told to.
class FakeAdmin : public AdminView {
 public:
  absl::StatusOr<std::vector<PoolFacts>> ListPools() override {
    ++pool_calls;
    return pools;
  }
  absl::StatusOr<std::vector<std::string>> ListVolumes() override {
    return volumes;
  }
  absl::Status Probe(const std::string& endpoint) override {
    return probes[endpoint];
  }

  absl::StatusOr<std::vector<PoolFacts>> pools;
  absl::StatusOr<std::vector<std::string>> volumes;
  std::map<std::string, absl::Status> probes;  // absent: ready
  int pool_calls = 0;
};

class FakeSockets : public Sockets {
 public:
  absl::StatusOr<rpc::SocketState> Observe(const std::string& path) override {
    const auto it = states.find(path);
    return it == states.end() ? rpc::SocketState::kAbsent : it->second;
  }
  absl::Status RemoveStale(const std::string& path) override {
    if (Observe(path).value() != rpc::SocketState::kStale) {
      return absl::FailedPreconditionError("not stale");
    }
    states.erase(path);
    return absl::OkStatus();
  }

  std::map<std::string, rpc::SocketState> states;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_TESTS_CLI_DOCTOR_FAKES_H_
