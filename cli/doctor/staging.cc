#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"
#include "cli/doctor/places.h"

namespace holdfast::cli::doctor {
namespace {

bool HasLivingPod(const World& world, const Places& places,
                  const std::vector<os::MountPoint>& mounts) {
  return std::any_of(mounts.begin(), mounts.end(), [&](const auto& mount) {
    const std::string pod = places.PodOf(mount.path);
    // One that cannot be looked at is not taken for gone.
    return !pod.empty() && world.files.Stat(places.PodDirectory(pod)).ok();
  });
}

// Nothing is unmounted: a volume is staged like this for a moment before its
// first pod starts and after its last one ends, and the kubelet would not
// notice that it is not any more.
Finding Unused(const Loop& loop, const std::string& path) {
  return {.severity = Severity::kNote,
          .what = absl::StrCat("volume ", loop.status.name, " is staged at ",
                               path, " and no pod uses it"),
          .why =
              "a kubelet that was restarted forgets to unstage; the volume "
              "keeps a loop device and a mounted file system",
          .advice = absl::StrCat(
              "nothing: deleting the volume takes it off, and so does the next "
              "pod that uses it and ends. If the kubelet is surely done with "
              "it: umount ",
              path)};
}

}  // namespace

Findings CheckStaging(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  const auto mounts = world.mounts.List();
  if (!mounts.ok()) return {CannotLook("mounts", mounts.status())};
  const Places places(world.settings.kubelet);
  Findings findings;
  for (const Loop& loop : Ours(*loops)) {
    if (loop.backing_deleted) continue;  // said by the check "mounts"
    const auto found = MountsOf(world, loop, *mounts);
    const auto staged = std::find_if(
        found.begin(), found.end(),
        [&](const auto& mount) { return places.IsStaging(mount.path); });
    if (staged == found.end() || HasLivingPod(world, places, found)) continue;
    findings.push_back(Unused(loop, staged->path));
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
