#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cli/doctor/check.h"

namespace holdfast::cli::doctor {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

// Started only to say its version: none of these formats or changes anything
// when called like this.
struct Tool {
  const char* name;
  const char* version_flag;  // null: says it in its usage
  const char* package;
  Severity severity;
  const char* why;
};

constexpr Tool kTools[] = {
    {"mkfs.ext4", "-V", "e2fsprogs", Severity::kError,
     "no volume with ext4, the default, can be made"},
    {"e2fsck", "-V", "e2fsprogs", Severity::kWarning,
     "an ext4 that noted errors cannot be repaired before it is mounted"},
    {"resize2fs", nullptr, "e2fsprogs", Severity::kWarning,
     "an ext4 cannot grow where the kernel does not grow it mounted"},
    {"mkfs.xfs", "-V", "xfsprogs", Severity::kWarning,
     "no volume with xfs and no pool on a new device can be made"},
    {"xfs_repair", "-V", "xfsprogs", Severity::kWarning,
     "an xfs that is damaged cannot be repaired before it is mounted"},
    {"mkfs.btrfs", "-V", "btrfs-progs", Severity::kNote,
     "no volume with btrfs can be made"}};

std::string FirstLine(absl::string_view text) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(absl::StripAsciiWhitespace(text), '\n');
  return std::string(absl::StripAsciiWhitespace(lines.front()));
}

Finding Look(const World& world, const Tool& tool) {
  std::vector<std::string> argv = {tool.name};
  if (tool.version_flag != nullptr) argv.push_back(tool.version_flag);
  const auto result = world.commands.Run(argv, absl::Now() + kPatience);
  if (result.ok()) {
    return {.what = absl::StrCat(tool.name, ": ", FirstLine(result->output))};
  }
  const bool missing = IsErrno(result.status(), ENOENT);
  return {.severity = tool.severity,
          .what = missing ? absl::StrCat(tool.name, " is not in PATH")
                          : absl::StrCat(tool.name, " cannot be run: ",
                                         result.status().message()),
          .why = tool.why,
          .advice = absl::StrCat("install the package ", tool.package,
                                 ", and see that its programs are in the PATH "
                                 "of the node daemon")};
}

}  // namespace

Findings CheckTools(const World& world) {
  Findings findings;
  for (const Tool& tool : kTools) findings.push_back(Look(world, tool));
  return findings;
}

}  // namespace holdfast::cli::doctor
