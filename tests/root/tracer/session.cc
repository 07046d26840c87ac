#include "tests/root/tracer/session.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

// glibc's name for it clashes with the kernel's header.
#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

namespace holdfast::root {
namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

void Continue(pid_t tid, int signal) {
  ptrace(PTRACE_SYSCALL, tid, nullptr, signal);
}

bool IsGroupStop(int event, int signal) {
  return event == PTRACE_EVENT_STOP && signal != SIGTRAP;
}

}  // namespace

bool TraceSession::SeizeNewThreads() {
  bool found = false;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat("/proc/", pid_, "/task"), error)) {
    const pid_t tid = std::atoi(entry.path().filename().c_str());
    if (seized_.contains(tid)) continue;
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
    if (ptrace(PTRACE_SEIZE, tid, nullptr, options) != 0) continue;
    seized_.insert(tid);
    if (ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr) != 0) continue;
    awaited_.insert(tid);
    found = true;
  }
  return found;
}

bool TraceSession::Attach() {
  while (SeizeNewThreads()) {
    while (!awaited_.empty() && Step()) {
    }
  }
  return seized_.contains(pid_);
}

void TraceSession::Run() {
  while (Step()) {
  }
}

bool TraceSession::Step() {
  int status = 0;
  const pid_t tid = waitpid(-1, &status, __WALL);
  if (tid < 0) return errno == EINTR;
  awaited_.erase(tid);
  if (WIFSTOPPED(status)) {
    seized_.insert(tid);
    HandleStop(tid, status);
  }
  return true;
}

void TraceSession::HandleStop(pid_t tid, int status) {
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (signal == kSyscallStop) {
    HandleCall(tid);
  } else if (IsGroupStop(event, signal)) {
    ptrace(PTRACE_LISTEN, tid, nullptr, nullptr);
  } else {
    Continue(tid, event != 0 ? 0 : signal);
  }
}

void TraceSession::HandleCall(pid_t tid) {
  __ptrace_syscall_info info = {};
  ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info);
  ObservedCall call = {.tid = tid};
  Moment moment = Moment::kExit;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    moment = Moment::kEntry;
    call.number = info.entry.nr;
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      call.arguments[i] = info.entry.args[i];
    }
  }
  if (observer_(call, moment) == Verdict::kKill) {
    kill(pid_, SIGKILL);  // a thread in this stop never goes on to the call
  } else {
    Continue(tid, 0);
  }
}

}  // namespace holdfast::root
