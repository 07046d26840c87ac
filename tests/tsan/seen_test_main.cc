// Two threads write one number, in order of one way or of none.

#include <cstring>
#include <iostream>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace {

struct Shared {
  int number = 0;
  absl::Mutex mutex;
  absl::CondVar changed;
  bool first_is_done = false;
  absl::Notification first_was_done;
};

// TSan cannot see that a thread's own writes are in order with another's.
void Unguarded(Shared& shared) {
  std::thread other([&shared] { ++shared.number; });
  ++shared.number;
  other.join();
}

void Mutex(Shared& shared) {
  const auto write = [&shared] {
    for (int i = 0; i < 1000; ++i) {
      absl::MutexLock lock(&shared.mutex);
      ++shared.number;
    }
  };
  std::thread other(write);
  write();
  other.join();
}

void FirstWrites(Shared& shared) {
  ++shared.number;
  absl::MutexLock lock(&shared.mutex);
  shared.first_is_done = true;
  shared.changed.Signal();
}

void Condition(Shared& shared) {
  std::thread other([&shared] { FirstWrites(shared); });
  {
    absl::MutexLock lock(&shared.mutex);
    shared.mutex.Await(absl::Condition(&shared.first_is_done));
  }
  ++shared.number;
  other.join();
}

void ConditionVariable(Shared& shared) {
  std::thread other([&shared] { FirstWrites(shared); });
  {
    absl::MutexLock lock(&shared.mutex);
    while (!shared.first_is_done) shared.changed.Wait(&shared.mutex);
  }
  ++shared.number;
  other.join();
}

void Notification(Shared& shared) {
  std::thread other([&shared] {
    ++shared.number;
    shared.first_was_done.Notify();
  });
  shared.first_was_done.WaitForNotification();
  ++shared.number;
  other.join();
}

constexpr struct {
  const char* name;
  void (*run)(Shared&);
} kWays[] = {{"unguarded", Unguarded},
             {"mutex", Mutex},
             {"condition", Condition},
             {"condition_variable", ConditionVariable},
             {"notification", Notification}};

}  // namespace

int main(int argc, char** argv) {
  for (const auto& way : kWays) {
    if (argc != 2 || std::strcmp(argv[1], way.name) != 0) continue;
    for (int i = 0; i < 100; ++i) {
      Shared shared;
      way.run(shared);
    }
    return 0;
  }
  std::cerr << "usage: tsan_seen_test WAY\n";
  return 2;
}
