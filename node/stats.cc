#include "node/stats.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/time/clock.h"
#include "base/status.h"

namespace holdfast::node {

using backend::AccessType;

absl::StatusOr<Stats> StatsReader::Read(const StatsSpec& spec,
                                        Operation& operation) {
  // Shared with the helper, which may come back after this call has ended.
  const auto stats = std::make_shared<Stats>();
  RETURN_IF_ERROR(operation.CheckActive());
  operation.Step("look");
  RETURN_IF_ERROR(helper_.Run(
      spec.volume_id, std::min(operation.deadline(), absl::Now() + patience_),
      [this, spec, stats]() -> absl::Status {
        ASSIGN_OR_RETURN(*stats, Look(spec));
        return absl::OkStatus();
      }));
  return *stats;
}

// Without the lock: here is where a dead file system hangs.
absl::StatusOr<Stats> StatsReader::Look(const StatsSpec& spec) {
  ASSIGN_OR_RETURN(Stats stats, Identify(spec));
  if (stats.access_type == AccessType::kBlock) return stats;
  ASSIGN_OR_RETURN(const auto usage,
                   parts_.files.StatFileSystem(spec.volume_path));
  stats.total_bytes = usage.total_bytes;
  stats.available_bytes = usage.available_bytes;
  stats.used_bytes = usage.used_bytes;
  stats.total_inodes = usage.total_inodes;
  stats.available_inodes = usage.available_inodes;
  return stats;
}

absl::StatusOr<Stats> StatsReader::Identify(const StatsSpec& spec) {
  const Operation operation("NodeGetVolumeStats");
  const KeyedLock::Keys keys{.shared = {spec.volume_id}};
  ASSIGN_OR_RETURN(const auto held, parts_.locks.TryLock(keys, operation));
  ASSIGN_OR_RETURN(const auto volume, parts_.backend.GetVolume(spec.volume_id));
  ASSIGN_OR_RETURN(const Observed observed,
                   mounts_.ObserveVolumePath(volume.id, spec.volume_path));
  if (observed.kind != Observed::Kind::kVolume) {
    return NotAtPath(spec.volume_id, spec.volume_path);
  }
  return Stats{.access_type = volume.format.access_type,
               .total_bytes = observed.attachment.size_bytes};
}

}  // namespace holdfast::node
