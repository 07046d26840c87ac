#include "os/linux_spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::os {
namespace {

// How a program is started: the spawn attributes and descriptor moves.
class SpawnPlan {
 public:
  explicit SpawnPlan(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null",
                                     O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    // We block SIGIO and may ignore SIGPIPE; both would be inherited.
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID |
                                               POSIX_SPAWN_SETSIGMASK |
                                               POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// What a program finds in its environment: PATH and the C locale, so that what
// it does cannot depend on ours, nor what we were given leak to it.
std::vector<std::string> Environment() {
  const char* path = getenv("PATH");
  return {absl::StrCat("PATH=", path != nullptr ? path
                                                : "/usr/sbin:/usr/bin:/sbin:"
                                                  "/bin"),
          "LC_ALL=C"};
}

// `words` as execve(2) wants them; they must outlive it.
std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

absl::StatusOr<int> Spawn(const SystemCalls& calls,
                          std::vector<std::string> argv, int output) {
  const SpawnPlan plan(output);
  std::vector<std::string> environment = Environment();
  int pid = -1;
  RETURN_IF_ERROR(calls.Run("posix_spawnp", argv[0], [&] {
    errno =
        posix_spawnp(&pid, argv[0].c_str(), plan.actions(), plan.attributes(),
                     Pointers(argv).data(), Pointers(environment).data());
    return errno == 0 ? 0 : -1;
  }));
  return pid;
}

}  // namespace holdfast::os
