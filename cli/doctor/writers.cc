#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"

namespace holdfast::cli::doctor {
namespace {

using FileKey = std::tuple<uint32_t, uint32_t, uint64_t>;

FileKey KeyOf(const Loop& loop) {
  return {loop.status.backing_file_system.major,
          loop.status.backing_file_system.minor, loop.status.backing_inode};
}

Finding TwoWriters(const std::vector<Loop>& loops, const std::string& id) {
  std::string paths;
  for (const Loop& loop : loops) {
    absl::StrAppend(&paths, paths.empty() ? "" : " and ", loop.path());
  }
  return {.severity = Severity::kError,
          .what = absl::StrCat(paths, " both write to the file of volume ", id),
          .why =
              "mounted twice, the file system is destroyed without a word; "
              "mounted once, what the other cached may overwrite it",
          .advice =
              "stop what uses the volume, umount and detach all of them "
              "(losetup -d), check the file system, and find out who "
              "attached the file past Holdfast"};
}

}  // namespace

Findings CheckWriters(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  std::map<FileKey, std::vector<Loop>> writers;
  for (const Loop& loop : *loops) {
    if (loop.status.mode == os::LoopMode::kReadWrite) {
      writers[KeyOf(loop)].push_back(loop);
    }
  }
  Findings findings;
  for (const auto& [file, found] : writers) {
    const std::vector<Loop> ours = Ours(found);
    if (found.size() < 2 || ours.empty()) continue;
    findings.push_back(TwoWriters(found, ours.front().status.name));
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
