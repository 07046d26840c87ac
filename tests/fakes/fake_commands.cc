#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {

absl::StatusOr<os::CommandResult> FakeCommands::Run(
    const std::vector<std::string>& argv, absl::Time deadline) {
  ASSIGN_OR_RETURN(const Program program, Find(argv));
  if (absl::Now() >= deadline) {
    return absl::DeadlineExceededError(
        absl::StrCat(argv[0], " was killed at its deadline"));
  }
  return program(argv);
}

absl::StatusOr<Program> FakeCommands::Find(
    const std::vector<std::string>& argv) {
  FAKE_CALL("Commands.Run", absl::StrJoin(argv, " "));
  if (argv.empty()) return ErrnoError("spawn", "an empty command", EINVAL);
  auto it = machine_.programs.find(argv[0].substr(argv[0].rfind('/') + 1));
  if (it == machine_.programs.end()) {
    return ErrnoError("spawn", argv[0], ENOENT);
  }
  return it->second;
}

}  // namespace holdfast::fakes
