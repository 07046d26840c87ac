// holdfast_tracer PID WHAT [N entry|exit]
//
// Follows the process and writes to stdout: "ready" when every thread is
// followed, then a line "call NUMBER DESCRIPTION" for each system call that
// counts, and, if N is given, kills the process at the entry (before it is
// executed) or exit (after) of the Nth and writes "killed". WHAT is "effects"
// (calls whose effect outlives the process), "sends" (messages to peers),
// "forks" or "all". To end it, kill it: the process runs on.

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/root/tracer/calls.h"
#include "tests/root/tracer/session.h"

namespace holdfast::root {
namespace {

struct Plan {
  bool (*counts)(const ObservedCall&) = nullptr;
  int number = 0;  // 0: never kill
  Moment moment = Moment::kEntry;
};

class Counter {
 public:
  explicit Counter(const Plan& plan) : plan_(plan) {}

  // Calls before this do not count.
  void Start() { started_ = true; }

  Verdict Observe(const ObservedCall& call, Moment moment) {
    if (moment == Moment::kEntry) return ObserveEntry(call);
    return call.tid == armed_tid_ ? Kill() : Verdict::kContinue;
  }

 private:
  Verdict ObserveEntry(const ObservedCall& call) {
    if (!started_ || killed_ || !plan_.counts(call)) return Verdict::kContinue;
    ++number_;
    std::cout << "call " << number_ << " " << Describe(call) << std::endl;
    if (number_ != plan_.number) return Verdict::kContinue;
    if (plan_.moment == Moment::kEntry) return Kill();
    armed_tid_ = call.tid;
    return Verdict::kContinue;
  }

  Verdict Kill() {
    killed_ = true;
    std::cout << "killed" << std::endl;
    return Verdict::kKill;
  }

  const Plan plan_;
  int number_ = 0;
  pid_t armed_tid_ = -1;
  bool started_ = false;
  bool killed_ = false;
};

bool (*Selector(const std::string& what))(const ObservedCall&) {
  if (what == "sends") return IsSend;
  if (what == "forks") return StartsProcess;
  if (what == "all") return [](const ObservedCall&) { return true; };
  return Counts;
}

int Main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::cerr << "usage: holdfast_tracer PID WHAT [N entry|exit]\n";
    return 2;
  }
  Plan plan = {.counts = Selector(argv[2])};
  if (argc == 5) {
    plan.number = std::atoi(argv[3]);
    plan.moment =
        std::string(argv[4]) == "exit" ? Moment::kExit : Moment::kEntry;
  }
  Counter counter(plan);
  TraceSession session(std::atoi(argv[1]),
                       [&](const ObservedCall& call, Moment moment) {
                         return counter.Observe(call, moment);
                       });
  if (!session.Attach()) return 1;
  counter.Start();
  std::cout << "ready" << std::endl;
  session.Run();
  return 0;
}

}  // namespace
}  // namespace holdfast::root

int main(int argc, char** argv) { return holdfast::root::Main(argc, argv); }
