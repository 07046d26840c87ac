// Three node daemons with a pool each, and one controller over them.

#ifndef HOLDFAST_TESTS_ROOT_AGENTS_CLUSTER_H_
#define HOLDFAST_TESTS_ROOT_AGENTS_CLUSTER_H_

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "csi/v1/csi.grpc.pb.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"

namespace holdfast::root {

// Nodes are 0, 1 and 2, called node-0 to node-2; node 1 serves its agent on
// TCP, the others on sockets. Everything is ended, and checked to be gone, with
// it. Not thread-safe.
class Cluster {
 public:
  static constexpr int kNodes = 3;

  // Makes the pools on one XFS and starts the nodes; the controller too.
  // `spare`, if given, is a socket more on the controller's list.
  absl::Status Start(const std::string& spare = "");

  // At this socket instead of its own, if one is given; waits until it
  // serves its agent.
  absl::Status StartNode(int node, const std::string& socket = "");
  absl::Status StopNode(int node);  // SIGTERM, to its end
  void Signal(int node, int signal) { nodes_.at(node)->Signal(signal); }
  absl::Status RestartController();
  pid_t controller_pid() const { return controller_->pid(); }

  // Calls to the controller, with little time each. A volume is 64 MiB or
  // `bytes`, block, and on this node if one is given.
  absl::StatusOr<std::string> Create(const std::string& name, int node = -1,
                                     int64_t bytes = int64_t{64} << 20);
  absl::Status Get(const std::string& id);
  absl::Status Delete(const std::string& id);
  absl::StatusOr<std::vector<std::string>> List();
  absl::Status ForgetPoolOf(const std::string& id);
  // The pools' homes that are listed with an error.
  absl::StatusOr<std::vector<std::string>> ListFailedPools();

  // The endpoint of the node's agent.
  std::string AgentOf(int node) const { return agents_.at(node); }
  // Where the data of this volume would be on the node.
  std::string DataFile(int node, const std::string& id) const;
  std::string ControllerLog() const;

  // Until `done`; false after half a minute.
  static bool Await(const std::function<bool()>& done);

 private:
  std::string Sub(const std::string& name) const { return scratch_.Sub(name); }
  absl::StatusOr<std::string> ServedAt(int node);

  Scratch scratch_;
  std::string spare_;
  std::array<std::string, kNodes> agents_;
  std::array<std::optional<Process>, kNodes> nodes_;
  std::optional<Process> controller_;
  std::unique_ptr<csi::v1::Controller::Stub> csi_;
  std::unique_ptr<v1::Admin::Stub> admin_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_AGENTS_CLUSTER_H_
