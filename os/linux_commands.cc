#include "os/linux_commands.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 forgets to say that these are C functions.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "os/linux_spawn.h"

namespace holdfast::os {
namespace {

constexpr size_t kMaxOutputBytes = 64 * 1024;
constexpr size_t kPipeBytes = 64 * 1024;    // pipe(7), unless told otherwise
constexpr size_t kQuotedOutputBytes = 500;  // in an error text
// How long a killed program may take to die before it is left to be reaped
// later: one that waits for a dead device does not die at all.
constexpr absl::Duration kKillGrace = absl::Seconds(2);
constexpr int kSignalExitCode = 128;  // plus the signal, as shells say it

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

absl::StatusOr<Pipe> MakePipe(const SystemCalls& calls) {
  int ends[2] = {-1, -1};
  RETURN_IF_ERROR(calls.Run("pipe2", "for a program's output", [&] {
    return pipe2(ends, O_CLOEXEC | O_NONBLOCK);
  }));
  Pipe pipe{.read_end = UniqueFd(ends[0]), .write_end = UniqueFd(ends[1])};
  // Only our end: programs do not expect EAGAIN from their standard output.
  RETURN_IF_ERROR(calls.Run("fcntl(F_SETFL)", ends[1],
                            [&] { return fcntl(ends[1], F_SETFL, 0); }));
  return pipe;
}

int PollTimeout(absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) return -1;
  // Rounded up: waking early would poll in a loop for the rest.
  const int64_t ms = absl::ToInt64Milliseconds(
      absl::Ceil(deadline - absl::Now(), absl::Milliseconds(1)));
  return static_cast<int>(
      std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

// What a program writes, as it comes.
class Output {
 public:
  explicit Output(UniqueFd pipe) : pipe_(std::move(pipe)) {}

  // Negative at the end of output, which poll(2) passes over.
  int fd() const { return pipe_.get(); }
  const std::string& text() const { return text_; }

  // Takes what is in the pipe now; what is over the limit is thrown away, so
  // that the program can go on writing. Takes all that a pipe can hold, but no
  // more: some programs never pause.
  void Take() {
    for (size_t taken = 0; pipe_.valid() && taken < kPipeBytes;) {
      char buffer[16 * 1024];
      const CallResult got =
          TakeErrno([&] { return read(fd(), buffer, sizeof(buffer)); });
      if (!got.ok() && got.error == EAGAIN) return;
      if (!got.ok() || got.value == 0) return pipe_.Reset();
      const size_t room = kMaxOutputBytes - text_.size();
      text_.append(buffer, std::min(room, static_cast<size_t>(got.value)));
      taken += static_cast<size_t>(got.value);
    }
  }

 private:
  UniqueFd pipe_;
  std::string text_;
};

// Collects output until the program has ended, and not until the output has:
// what a program leaves behind may hold that open for good. DEADLINE_EXCEEDED
// if it has not ended by then.
absl::Status Await(int pid_fd, Output& output, absl::Time deadline) {
  while (true) {
    pollfd fds[] = {{.fd = pid_fd, .events = POLLIN},
                    {.fd = output.fd(), .events = POLLIN}};
    const CallResult ready =
        TakeErrno([&] { return poll(fds, 2, PollTimeout(deadline)); });
    if (!ready.ok()) return ErrnoError("poll", "a program", ready.error);
    output.Take();
    if (fds[0].revents != 0) return absl::OkStatus();
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError("still running");
    }
  }
}

std::string ResultLabel(const absl::StatusOr<CommandResult>& result) {
  if (result.ok()) {
    return result->exit_code == 0 ? "ok" : absl::StrCat(result->exit_code);
  }
  if (const auto error = GetErrno(result.status())) return ErrnoName(*error);
  return "deadline";
}

absl::Status Overdue(const std::string& program, absl::string_view output) {
  return absl::DeadlineExceededError(absl::StrCat(
      program, " did not end in time and was killed with all that it started; ",
      "see what holds it up and repeat the call; it wrote ",
      Quote(output.substr(0, kQuotedOutputBytes))));
}

// While its leader is not reaped the group cannot be somebody else's.
void KillGroup(int pid) { kill(-pid, SIGKILL); }

std::string BaseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

absl::StatusOr<CommandResult> LinuxCommands::Run(
    const std::vector<std::string>& argv, absl::Time deadline) {
  if (argv.empty()) return ErrnoError("run", "an empty command", EINVAL);
  const auto start = std::chrono::steady_clock::now();
  ReapStragglers();
  auto result = RunUntimed(argv, deadline);
  times_.Observe(
      {{"program", BaseName(argv[0])}, {"result", ResultLabel(result)}},
      absl::FromChrono(std::chrono::steady_clock::now() - start));
  return result;
}

absl::StatusOr<CommandResult> LinuxCommands::RunUntimed(
    const std::vector<std::string>& argv, absl::Time deadline) {
  ASSIGN_OR_RETURN(Pipe pipe, MakePipe(calls_));
  ASSIGN_OR_RETURN(const int pid, Spawn(calls_, argv, pipe.write_end.get()));
  pipe.write_end.Reset();
  const auto pid_fd =
      calls_.Open("pidfd_open", argv[0], [&] { return pidfd_open(pid, 0); });
  if (!pid_fd.ok()) {
    KillGroup(pid);
    Reap(pid).IgnoreError();
    return pid_fd.status();
  }
  Output output(std::move(pipe.read_end));
  const absl::Status ended = Await(pid_fd->get(), output, deadline);
  if (!ended.ok()) {
    Abandon(pid, pid_fd->get());
    return absl::IsDeadlineExceeded(ended) ? Overdue(argv[0], output.text())
                                           : ended;
  }
  ASSIGN_OR_RETURN(const int exit_code, Reap(pid));
  return CommandResult{.exit_code = exit_code, .output = output.text()};
}

void LinuxCommands::Abandon(int pid, int pid_fd) {
  KillGroup(pid);
  Output none{UniqueFd()};
  if (Await(pid_fd, none, absl::Now() + kKillGrace).ok()) {
    Reap(pid).IgnoreError();
    return;
  }
  absl::MutexLock lock(&mutex_);
  stragglers_.push_back(pid);
}

absl::StatusOr<int> LinuxCommands::Reap(int pid) {
  siginfo_t info = {};
  const CallResult waited = calls_.Call("waitid", [&] {
    return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
  });
  if (!waited.ok())
    return ErrnoError("waitid", absl::StrCat(pid), waited.error);
  return info.si_code == CLD_EXITED ? info.si_status
                                    : kSignalExitCode + info.si_status;
}

void LinuxCommands::ReapStragglers() {
  absl::MutexLock lock(&mutex_);
  std::erase_if(stragglers_,
                [](int pid) { return waitpid(pid, nullptr, WNOHANG) != 0; });
}

}  // namespace holdfast::os
