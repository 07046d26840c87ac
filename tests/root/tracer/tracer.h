// Watches the system calls of a running daemon, and kills it at one of them.

#ifndef HOLDFAST_TESTS_ROOT_TRACER_TRACER_H_
#define HOLDFAST_TESTS_ROOT_TRACER_TRACER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {

enum class Watched { kEffects, kSends, kForks, kAll };
enum class KillMoment { kEntry, kExit };

struct TracePlan {
  Watched watched = Watched::kEffects;
  int kill_at = 0;  // the number of the call, from 1; 0: only watch
  KillMoment moment = KillMoment::kEntry;
};

struct Trace {
  std::vector<std::string> calls;  // in order: "linkat /pool/volumes/…"
  bool killed = false;
};

// A tracing process beside this one (tracer_main.cc), so that waiting for the
// tracee and waiting for one's own children do not mix. Move-only; not
// thread-safe.
class Tracer {
 public:
  // Returns when every thread of `pid` is followed.
  static absl::StatusOr<Tracer> Attach(pid_t pid, const TracePlan& plan);

  // Lets the traced process run on, if it was not killed, and answers what
  // was seen. Once.
  Trace Finish();

 private:
  Tracer(Process process, UniqueFd output)
      : process_(std::move(process)), output_(std::move(output)) {}

  Process process_;
  UniqueFd output_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_TRACER_TRACER_H_
