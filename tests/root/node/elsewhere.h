// A mount namespace of its own, with a copy of every mount of ours.

#ifndef HOLDFAST_TESTS_ROOT_NODE_ELSEWHERE_H_
#define HOLDFAST_TESTS_ROOT_NODE_ELSEWHERE_H_

#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {

// Lives as long as this object: what another container's runtime does that was
// started while the volume was mounted. Unmounts do not reach it.
class Elsewhere {
 public:
  static absl::StatusOr<Elsewhere> Make() {
    int ready[2];
    if (pipe(ready) != 0) return ErrnoError("pipe", "namespace", errno);
    const UniqueFd from(ready[0]);
    UniqueFd to(ready[1]);
    ASSIGN_OR_RETURN(
        Process process,
        Process::Start(
            {.argv = {"unshare", "--mount", "--propagation", "private", "sh",
                      "-c", "echo ready; exec sleep 1000"},
             .output_fd = to.get()}));
    to.Reset();
    // The line says that the namespace is there.
    char byte = 0;
    if (read(from.get(), &byte, 1) != 1) {
      return absl::InternalError("no namespace: see unshare(1)");
    }
    return Elsewhere(std::move(process));
  }

  // A path as it is seen there.
  std::string Seen(const std::string& path) const {
    return absl::StrCat("/proc/", process_.pid(), "/root", path);
  }

 private:
  explicit Elsewhere(Process process) : process_(std::move(process)) {}

  Process process_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_NODE_ELSEWHERE_H_
