#include "cli/doctor/loops.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/ids.h"
#include "base/status.h"

namespace holdfast::cli::doctor {
namespace {

constexpr char kDeleted[] = " (deleted)";

// A file may be called "x (deleted)" too, and then be there.
bool IsNameOf(const World& world, const std::string& path,
              const os::LoopStatus& status) {
  const auto info = world.files.Stat(path);
  return info.ok() && info->inode == status.backing_inode &&
         info->file_system == status.backing_file_system;
}

void ReadBacking(const World& world, Loop& loop) {
  const auto text = world.files.ReadFile(
      absl::StrCat("/sys/block/loop", loop.number, "/loop/backing_file"));
  if (!text.ok()) return;
  loop.backing = std::string(absl::StripSuffix(*text, "\n"));
  if (!absl::EndsWith(loop.backing, kDeleted)) return;
  if (IsNameOf(world, loop.backing, loop.status)) return;
  loop.backing_deleted = true;
  loop.backing = std::string(absl::StripSuffix(loop.backing, kDeleted));
}

// Nothing if it was detached meanwhile.
absl::StatusOr<std::optional<Loop>> ReadLoop(const World& world, int number) {
  auto status = world.loops.GetStatus(number);
  if (IsErrno(status.status(), ENXIO) || IsErrno(status.status(), ENOENT)) {
    return std::optional<Loop>();
  }
  RETURN_IF_ERROR(status.status());
  Loop loop{.number = number, .status = *std::move(status)};
  // With the module's max_part the minor is not the number.
  const auto node = world.files.Stat(loop.path());
  loop.device = node.ok() ? node->device
                          : os::DeviceNumber{os::kLoopMajor,
                                             static_cast<uint32_t>(number)};
  ReadBacking(world, loop);
  return std::optional<Loop>(std::move(loop));
}

bool IsMountOf(const World& world, const Loop& loop,
               const os::MountPoint& mount) {
  if (mount.file_system == loop.device) return true;
  // A btrfs has a number of its own in mountinfo (os/files.h, FileInfo).
  if (mount.fs_type == "btrfs") {
    const auto info = world.files.Stat(mount.path);
    return info.ok() && info->file_system == loop.device;
  }
  // A block volume: its node, bound over a file.
  if (!absl::EndsWith(mount.root, absl::StrCat("/loop", loop.number))) {
    return false;
  }
  const auto info = world.files.Stat(mount.path);
  return info.ok() && info->kind == os::FileKind::kBlockDevice &&
         info->device == loop.device;
}

absl::Status NoLonger(const Loop& loop, absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(loop.path(), " ", what, "; nothing was done"));
}

bool IsBackingGone(const Loop& loop) {
  return loop.backing_deleted || loop.backing == "/";
}

}  // namespace

bool Loop::is_ours() const { return ParseId(status.name).has_value(); }

absl::StatusOr<std::vector<Loop>> ReadLoops(const World& world) {
  ASSIGN_OR_RETURN(const std::vector<int> numbers, world.loops.List());
  std::vector<Loop> loops;
  for (const int number : numbers) {
    ASSIGN_OR_RETURN(std::optional<Loop> loop, ReadLoop(world, number));
    if (loop) loops.push_back(*std::move(loop));
  }
  return loops;
}

std::vector<Loop> Ours(const std::vector<Loop>& loops) {
  std::vector<Loop> ours;
  std::copy_if(loops.begin(), loops.end(), std::back_inserter(ours),
               [](const Loop& loop) { return loop.is_ours(); });
  return ours;
}

bool IsStill(const World& world, const Loop& loop) {
  const auto now = world.loops.GetStatus(loop.number);
  return now.ok() && now->name == loop.status.name &&
         now->backing_inode == loop.status.backing_inode &&
         now->backing_file_system == loop.status.backing_file_system;
}

std::vector<os::MountPoint> MountsOf(
    const World& world, const Loop& loop,
    const std::vector<os::MountPoint>& mounts) {
  std::vector<os::MountPoint> found;
  std::copy_if(mounts.begin(), mounts.end(), std::back_inserter(found),
               [&](const os::MountPoint& mount) {
                 return IsMountOf(world, loop, mount);
               });
  return found;
}

absl::Status CheckUnused(const World& world, const Loop& loop) {
  if (!IsStill(world, loop)) return NoLonger(loop, "is another's by now");
  ASSIGN_OR_RETURN(const bool claimed, world.loops.IsClaimed(loop.number));
  if (claimed) return NoLonger(loop, "is claimed: something is mounted on it");
  ASSIGN_OR_RETURN(const auto mounts, world.mounts.List());
  const auto found = MountsOf(world, loop, mounts);
  if (!found.empty()) {
    return NoLonger(loop, absl::StrCat("is mounted at ", found.front().path));
  }
  ASSIGN_OR_RETURN(const std::vector<Loop> all, ReadLoops(world));
  for (const Loop& other : all) {
    if (other.status.backing_device != loop.device) continue;
    return NoLonger(loop, absl::StrCat("has ", other.path(), " bound to it"));
  }
  return absl::OkStatus();
}

absl::Status DetachUnused(const World& world, const Loop& loop) {
  ASSIGN_OR_RETURN(const auto now, ReadLoop(world, loop.number));
  if (!now) return absl::OkStatus();
  if (!IsBackingGone(*now)) return NoLonger(loop, "has its file again");
  RETURN_IF_ERROR(CheckUnused(world, loop));
  return world.loops.Detach(loop.number);
}

}  // namespace holdfast::cli::doctor
