#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"

namespace holdfast::cli::doctor {
namespace {

Finding Unknown(const Loop& loop) {
  return {.severity = Severity::kWarning,
          .what = absl::StrCat(loop.path(), " holds volume ", loop.status.name,
                               ", and its pool knows no such volume (file ",
                               loop.backing, ")"),
          .why =
              "the volume was deleted while it was attached, or its file "
              "was moved: nothing will ever detach it",
          .advice = absl::StrCat("look for it in the trash (holdfast trash "
                                 "list); if it is not wanted any more: umount "
                                 "it and losetup -d ",
                                 loop.path())};
}

Finding Unclear(const Loop& loop) {
  return {.severity = Severity::kNote,
          .what = absl::StrCat(loop.path(), " holds volume ", loop.status.name,
                               " of a pool that does not answer here"),
          .why = "whether the volume still exists cannot be told",
          .advice =
              "see that the daemon of its pool runs, and give its socket "
              "by --agent_endpoint"};
}

}  // namespace

Findings CheckUnknownLoops(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  const VolumeList volumes = world.inventory.Volumes();
  Findings findings;
  for (const Loop& loop : Ours(*loops)) {
    if (loop.backing_deleted) continue;  // said by the check "loop-deleted"
    const Knowledge knowledge = volumes.Of(loop.status.name);
    // Detached and deleted while the volumes were listed?
    if (knowledge == Knowledge::kKnown || !IsStill(world, loop)) continue;
    findings.push_back(knowledge == Knowledge::kUnknown ? Unknown(loop)
                                                        : Unclear(loop));
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
