#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"

namespace holdfast::cli::doctor {
namespace {

Finding Deleted(const World& world, const Loop& loop) {
  const absl::Status unused = CheckUnused(world, loop);
  Finding finding{
      .severity = unused.ok() ? Severity::kWarning : Severity::kError,
      .what = absl::StrCat(loop.path(), " holds volume ", loop.status.name,
                           ", whose file ", loop.backing, " is deleted"),
      .why = unused.ok() ? "its room on the pool's disk is not given back"
                         : absl::StrCat(
                               "it is in use (", unused.message(),
                               "): what is written there is lost when it ends"),
      .advice = absl::StrCat(
          "if the file was removed by mistake, copy the device first: it is "
          "the last that has the data. Then losetup -d ",
          loop.path())};
  if (unused.ok()) {
    finding.fix =
        Fix{.sentence = absl::StrCat("detach ", loop.path()),
            .apply = [world, loop] { return DetachUnused(world, loop); }};
  }
  return finding;
}

}  // namespace

Findings CheckDeletedLoops(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  Findings findings;
  for (const Loop& loop : Ours(*loops)) {
    if (loop.backing_deleted) findings.push_back(Deleted(world, loop));
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
