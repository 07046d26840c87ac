// What tracer_test traces. holdfast_tracee DIR INPUT: says "." on stdout when
// its second thread runs; then, for each byte read from the file INPUT, that
// thread makes the directories DIR/1, DIR/2 and DIR/3, runs sleep(1) for a
// moment as a child, and says "." again.

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace {

void RunChild() {
  const char* argv[] = {"sleep", "0.05", nullptr};
  pid_t pid = -1;
  if (posix_spawnp(&pid, argv[0], nullptr, nullptr, const_cast<char**>(argv),
                   environ) == 0) {
    waitpid(pid, nullptr, 0);
  }
}

void Say() {
  if (write(STDOUT_FILENO, ".", 1) != 1) _exit(1);
}

void Work(const std::string& directory, int input) {
  Say();
  for (char byte; read(input, &byte, 1) == 1;) {
    for (const char* name : {"/1", "/2", "/3"}) {
      mkdir((directory + name).c_str(), 0700);
    }
    RunChild();
    std::thread([] {}).join();
    Say();
  }
}

}  // namespace

int main(int, char** argv) {
  const int input = open(argv[2], O_RDONLY | O_CLOEXEC);
  std::thread(Work, std::string(argv[1]), input).join();
}
