#include "tests/driver/linux_daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace holdfast::driver {
namespace {

// `words` as execve(2) wants them; they must outlive it.
std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Daemon::Daemon(std::vector<std::string> argv,
               std::vector<std::string> environment) {
  // Made before the fork: between it and exec only system calls are safe.
  const std::vector<char*> arguments = Pointers(argv);
  const std::vector<char*> variables = Pointers(environment);
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  output_ = UniqueFd(ends[0]);
  const UniqueFd input(ends[1]);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::dup2(input.get(), STDOUT_FILENO);
  ::dup2(input.get(), STDERR_FILENO);
  // What the test runner ignores or blocks is not the daemon's.
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(arguments[0], arguments.data(), variables.data());
  ::_exit(127);
}

Daemon::~Daemon() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Daemon::ReadMore() {
  char buffer[4096];
  const ssize_t got = ::read(output_.get(), buffer, sizeof(buffer));
  if (got > 0) seen_.append(buffer, static_cast<size_t>(got));
  return got > 0;
}

bool Daemon::AwaitOutput(const std::string& text) {
  while (seen_.find(text) == std::string::npos) {
    if (!ReadMore()) return false;
  }
  return true;
}

void Daemon::CloseOutput() { output_.Reset(); }

void Daemon::Signal(int signal) {
  if (pid_ > 0) ::kill(pid_, signal);
}

Ending Daemon::Wait() {
  while (output_.valid() && ReadMore()) continue;
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return {.exit_code =
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .output = seen_};
}

Ending RunProgram(std::vector<std::string> argv) {
  return Daemon(std::move(argv)).Wait();
}

UniqueFd LockFile(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
  return fd;
}

}  // namespace holdfast::driver
