#include "tests/bench/progress.h"

#include <csignal>
#include <iostream>

namespace holdfast::bench {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void HandleSignal(int /*signal*/) { interrupted = 1; }

}  // namespace

void Progress(absl::string_view text) { std::cerr << text << std::endl; }

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = HandleSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaction(signal, &action, nullptr);
  }
}

absl::Status CheckInterrupt() {
  return interrupted == 0 ? absl::OkStatus()
                          : absl::CancelledError("interrupted");
}

}  // namespace holdfast::bench
