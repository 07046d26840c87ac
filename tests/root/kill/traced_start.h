// Programs that are watched from their first system call on.

#ifndef HOLDFAST_TESTS_ROOT_KILL_TRACED_START_H_
#define HOLDFAST_TESTS_ROOT_KILL_TRACED_START_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/process.h"
#include "tests/root/tracer/tracer.h"

namespace holdfast::root {

struct TracedProcess {
  Process process;
  Tracer tracer;
};

// argv[0] is a path; the output is appended to the file `output`. The first
// call that counts is the execve of the program itself.
absl::StatusOr<TracedProcess> StartTraced(const std::vector<std::string>& argv,
                                          const std::string& output,
                                          const TracePlan& plan);

// Waits until both sockets of `csi` are served or `process` has ended.
// INTERNAL if neither comes.
absl::Status AwaitReadyOrEnd(Csi& csi, Process& process);

// `round` is called with 1, 2, … until it answers a trace that was not killed,
// or the test has failed; what it said last.
Trace AtEachPoint(Watched watched,
                  const std::function<Trace(const TracePlan&)>& round);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_KILL_TRACED_START_H_
