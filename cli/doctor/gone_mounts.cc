#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"
#include "cli/doctor/places.h"

namespace holdfast::cli::doctor {
namespace {

// Takes a mount off a staging path if it still is one of this device, whose
// file is still deleted. Plainly: a mount in use stays.
absl::Status UnmountStaging(const World& world, const Loop& loop,
                            const std::string& path) {
  ASSIGN_OR_RETURN(const auto loops, ReadLoops(world));
  ASSIGN_OR_RETURN(const auto mounts, world.mounts.List());
  for (const Loop& now : loops) {
    if (now.number != loop.number || !now.backing_deleted ||
        !IsStill(world, loop)) {
      continue;
    }
    const auto found = MountsOf(world, now, mounts);
    if (found.size() == 1 && found[0].path == path) {
      return world.mounts.Unmount(path);
    }
  }
  return absl::FailedPreconditionError(absl::StrCat(
      path, " is used, or another mount by now; nothing was done"));
}

// Only a staging mount that no publication shares: then nothing but the
// kubelet's bookkeeping knows of it.
std::optional<Fix> FixFor(const World& world, const Loop& loop,
                          const std::vector<os::MountPoint>& mounts) {
  if (!loop.backing_deleted || mounts.size() != 1) return std::nullopt;
  const std::string path = mounts[0].path;
  if (!Places(world.settings.kubelet).IsStaging(path)) return std::nullopt;
  return Fix{.sentence = absl::StrCat("unmount ", path),
             .apply = [world, loop, path] {
               return UnmountStaging(world, loop, path);
             }};
}

Finding Gone(const World& world, const Loop& loop,
             const std::vector<os::MountPoint>& mounts) {
  std::string paths;
  for (const os::MountPoint& mount : mounts) {
    absl::StrAppend(&paths, paths.empty() ? "" : ", ", mount.path);
  }
  return {.severity = Severity::kWarning,
          .what = absl::StrCat(
              loop.path(), " is mounted at ", paths, ", and its volume ",
              loop.status.name,
              loop.backing_deleted ? " is deleted" : " is known to no pool"),
          .why =
              "what is written there is in a file that nobody can reach any "
              "more, and its room is not given back before it is unmounted",
          .advice = absl::StrCat("copy what is still wanted; end what uses it "
                                 "(fuser -vm ",
                                 mounts[0].path, "); then umount it"),
          .fix = FixFor(world, loop, mounts)};
}

}  // namespace

Findings CheckMounts(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  const auto mounts = world.mounts.List();
  if (!mounts.ok()) return {CannotLook("mounts", mounts.status())};
  const VolumeList volumes = world.inventory.Volumes();
  Findings findings;
  for (const Loop& loop : Ours(*loops)) {
    const bool gone = loop.backing_deleted ||
                      volumes.Of(loop.status.name) == Knowledge::kUnknown;
    if (!gone) continue;
    const auto found = MountsOf(world, loop, *mounts);
    if (found.empty() || !IsStill(world, loop)) continue;
    findings.push_back(Gone(world, loop, found));
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
