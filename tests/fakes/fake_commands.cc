#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {

absl::StatusOr<os::CommandResult> FakeCommands::Run(
    const std::vector<std::string>& argv, absl::Time deadline) {
  FAKE_CALL("Commands.Run", absl::StrJoin(argv, " "));
  const std::string program =
      argv.empty() ? "" : argv[0].substr(argv[0].rfind('/') + 1);
  auto it = machine_.programs.find(program);
  if (it == machine_.programs.end()) {
    return ErrnoError("spawn", program, ENOENT);
  }
  if (absl::Now() >= deadline) {
    return absl::DeadlineExceededError(
        absl::StrCat(program, " was killed at its deadline"));
  }
  return it->second(argv);
}

}  // namespace holdfast::fakes
