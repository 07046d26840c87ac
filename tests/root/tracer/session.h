// A ptrace(2) session with all threads of one process.

#ifndef HOLDFAST_TESTS_ROOT_TRACER_SESSION_H_
#define HOLDFAST_TESTS_ROOT_TRACER_SESSION_H_

#include <sys/types.h>

#include <functional>
#include <set>

#include "tests/root/tracer/calls.h"

namespace holdfast::root {

enum class Moment { kEntry, kExit };
enum class Verdict { kContinue, kKill };

// Sees each system call of each thread at its entry, before it is executed,
// and at its exit, after; new threads are followed, child processes are not.
// Only for a program with one thread: waits for whatever is traced. If this
// program ends, the kernel lets the tracee run on.
class TraceSession {
 public:
  using Observer = std::function<Verdict(const ObservedCall&, Moment)>;

  TraceSession(pid_t pid, Observer observer)
      : pid_(pid), observer_(std::move(observer)) {}

  // Seizes every thread and returns when each of them is seen; false if the
  // process cannot be traced.
  bool Attach();
  // Follows it until it has ended; kills it (SIGKILL) when the observer says
  // so, with the thread held where it is.
  void Run();

 private:
  bool SeizeNewThreads();
  bool Step();  // false when nothing is traced any more
  void HandleStop(pid_t tid, int status);
  void HandleCall(pid_t tid);

  const pid_t pid_;
  const Observer observer_;
  std::set<pid_t> seized_;
  std::set<pid_t> awaited_;  // seized, not yet seen to stop
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_TRACER_SESSION_H_
