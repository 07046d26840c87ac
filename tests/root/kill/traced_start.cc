#include "tests/root/kill/traced_start.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/unique_fd.h"

namespace holdfast::root {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr absl::Duration kLook = absl::Milliseconds(100);
constexpr int kMostPoints = 200;

}  // namespace

absl::StatusOr<TracedProcess> StartTraced(const std::vector<std::string>& argv,
                                          const std::string& output,
                                          const TracePlan& plan) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError("pipe2", "", errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  // Becomes the program only when it is told to.
  std::vector<std::string> held = {"/bin/sh", "-c", "read line; exec \"$@\"",
                                   "sh"};
  held.insert(held.end(), argv.begin(), argv.end());
  ASSIGN_OR_RETURN(Process process, Process::Start({.argv = held,
                                                    .output = output,
                                                    .input_fd = reader.get()}));
  ASSIGN_OR_RETURN(Tracer tracer, Tracer::Attach(process.pid(), plan));
  if (write(writer.get(), "\n", 1) != 1) {
    return ErrnoError("write", "pipe", errno);
  }
  return TracedProcess{std::move(process), std::move(tracer)};
}

absl::Status AwaitReadyOrEnd(Csi& csi, Process& process) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (process.IsRunning()) {
    if (csi.WaitUntilReady(absl::Now() + kLook).ok()) return absl::OkStatus();
    if (absl::Now() > deadline) {
      return absl::InternalError("neither ready nor at its end");
    }
  }
  return absl::OkStatus();
}

Trace AtEachPoint(Watched watched,
                  const std::function<Trace(const TracePlan&)>& round) {
  Trace trace;
  int point = 0;
  do {
    if (++point > kMostPoints) ADD_FAILURE() << "there is no end";
    SCOPED_TRACE(absl::StrCat("point ", point));
    trace = round({watched, point, KillMoment::kEntry});
    if (testing::Test::HasFailure()) {
      std::cout << "calls:\n" << absl::StrJoin(trace.calls, "\n") << std::endl;
      return trace;
    }
  } while (trace.killed);
  EXPECT_GT(point, 2) << "nothing was killed";
  std::cout << "killed at " << point - 1 << " points:\n  "
            << absl::StrJoin(trace.calls, "\n  ") << std::endl;
  return trace;
}

}  // namespace holdfast::root
