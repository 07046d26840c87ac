#include <cerrno>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"
#include "cli/doctor/places.h"

namespace holdfast::cli::doctor {
namespace {

// The device of ours that `loop` is bound to.
std::optional<Loop> Below(const Loop& loop, const std::vector<Loop>& ours) {
  for (const Loop& other : ours) {
    if (loop.status.backing_device == other.device) return other;
  }
  return std::nullopt;
}

// The path that it was bound by leads there no more: the node is deleted, or
// the mount that showed it was taken off lazily.
bool IsCutOff(const Loop& loop) {
  return loop.backing_deleted || loop.backing == "/";
}

bool IsPodGone(const World& world, const Places& places,
               const std::string& pod) {
  if (pod.empty()) return false;
  return IsErrno(world.files.Stat(places.PodDirectory(pod)).status(), ENOENT);
}

Finding LeftByKubelet(const World& world, const Loop& loop, const Loop& volume,
                      const std::string& pod) {
  Finding finding{
      .severity = Severity::kWarning,
      .what = absl::StrCat(
          "the kubelet left ", loop.path(), " on ", volume.path(),
          ", the block volume ", volume.status.name,
          pod.empty() ? ", and what it was bound to is gone"
                      : absl::StrCat(", and pod ", pod, " is gone")),
      .why =
          "the volume cannot be detached or deleted, and pods may stay in "
          "Terminating",
      .advice = absl::StrCat(
          "when no pod uses the volume any more: losetup -d ", loop.path())};
  if (IsCutOff(loop) && CheckUnused(world, loop).ok()) {
    finding.fix =
        Fix{.sentence = absl::StrCat("detach ", loop.path()),
            .apply = [world, loop] { return DetachUnused(world, loop); }};
  }
  return finding;
}

Finding Foreign(const Loop& loop, const Loop& volume) {
  return {.severity = Severity::kNote,
          .what = absl::StrCat(loop.path(), " is bound to ", volume.path(),
                               ", the volume ", volume.status.name,
                               ", by somebody else (", loop.backing, ")"),
          .why = "the volume cannot be detached or deleted as long as it is",
          .advice = absl::StrCat("find out whose it is, and have them detach "
                                 "it: losetup -d ",
                                 loop.path())};
}

}  // namespace

Findings CheckKubeletLoops(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  const std::vector<Loop> ours = Ours(*loops);
  const Places places(world.settings.kubelet);
  Findings findings;
  for (const Loop& loop : *loops) {
    const auto volume = Below(loop, ours);
    if (!volume) continue;
    const std::string pod = places.PodOf(loop.backing);
    if (!places.IsBlockVolume(loop.backing) &&
        !places.IsBlockVolume(loop.status.name)) {
      findings.push_back(Foreign(loop, *volume));
    } else if (IsCutOff(loop) || IsPodGone(world, places, pod)) {
      findings.push_back(LeftByKubelet(world, loop, *volume, pod));
    }
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
