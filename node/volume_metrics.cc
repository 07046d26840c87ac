#include "node/volume_metrics.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/status.h"
#include "os/block_counters.h"
#include "os/loop.h"

namespace holdfast::node {
namespace {

using Family = MetricTable::Family;

constexpr Family kSize{"holdfast_volume_size_bytes", "Size of the volume."};
constexpr Family kAllocated{
    "holdfast_volume_allocated_bytes",
    "What the volume's data takes up in the pool, shared blocks included."};
constexpr Family kUsed{"holdfast_volume_used_bytes",
                       "Used in the volume's file system."};
constexpr Family kAvailable{"holdfast_volume_available_bytes",
                            "Free in the volume's file system."};
constexpr Family kInodes{"holdfast_volume_inodes",
                         "Inodes that the volume's file system can have."};
constexpr Family kInodesFree{"holdfast_volume_inodes_free",
                             "Inodes free in the volume's file system."};
constexpr Family kHanging{
    "holdfast_volume_hanging",
    "1 if the volume's file system did not answer in time."};
constexpr Family kReads{"holdfast_volume_reads_total", "Completed reads."};
constexpr Family kReadBytes{"holdfast_volume_read_bytes_total", "Bytes read."};
constexpr Family kReadSeconds{"holdfast_volume_read_seconds_total",
                              "Time of all reads, added up."};
constexpr Family kWrites{"holdfast_volume_writes_total", "Completed writes."};
constexpr Family kWrittenBytes{"holdfast_volume_written_bytes_total",
                               "Bytes written."};
constexpr Family kWriteSeconds{"holdfast_volume_write_seconds_total",
                               "Time of all writes, added up."};
constexpr Family kDiscardedBytes{"holdfast_volume_discarded_bytes_total",
                                 "Bytes discarded."};
constexpr Family kFlushes{"holdfast_volume_flushes_total",
                          "Completed flushes."};
constexpr Family kBusySeconds{"holdfast_volume_busy_seconds_total",
                              "Time with at least one request under way."};
constexpr Family kInFlight{"holdfast_volume_requests_in_flight",
                           "Requests under way now."};

// For one that hung before; if it is well again this is enough.
constexpr absl::Duration kMoment = absl::Milliseconds(10);

double Number(uint64_t value) { return static_cast<double>(value); }

}  // namespace

void VolumeMetrics::Add(MetricTable& table) {
  const auto attached = parts_.backend.ListAttached();
  if (!attached.ok()) return;
  const auto paths = MountPaths();
  for (const backend::AttachedVolume& each : *attached) {
    AddCounters(each, table);
    const auto path = paths.find(each.attachment.device_path);
    if (path != paths.end()) AddUse(each, path->second, table);
  }
}

VolumeMetrics::Labels VolumeMetrics::LabelsOf(
    const backend::AttachedVolume& attached) const {
  const backend::VolumeSpec& spec = attached.volume.spec;
  Labels labels = {
      {"volume_id", attached.volume.id},
      {"namespace", spec.claim_namespace},
      {"persistentvolumeclaim", spec.claim_name},
      {"mode", attached.mode == backend::AttachMode::kReadOnly ? "ro" : "rw"}};
  const auto parsed = ParseId(attached.volume.id);
  for (const backend::PoolIdentity& pool : parts_.backend.Pools()) {
    if (parsed && pool.home == parsed->home) labels["pool"] = pool.name;
  }
  return labels;
}

void VolumeMetrics::AddCounters(const backend::AttachedVolume& attached,
                                MetricTable& table) const {
  const Labels labels = LabelsOf(attached);
  table.Gauge(kSize, labels, static_cast<double>(attached.volume.size_bytes));
  table.Gauge(kAllocated, labels,
              static_cast<double>(attached.volume.allocated_bytes));
  const auto counters =
      os::ReadBlockCounters(parts_.files, attached.attachment.device_path);
  if (!counters.ok()) return;  // detached meanwhile
  table.Counter(kReads, labels, Number(counters->reads));
  table.Counter(kReadBytes, labels, Number(counters->read_bytes));
  table.Counter(kReadSeconds, labels, absl::ToDoubleSeconds(counters->reading));
  table.Counter(kWrites, labels, Number(counters->writes));
  table.Counter(kWrittenBytes, labels, Number(counters->written_bytes));
  table.Counter(kWriteSeconds, labels,
                absl::ToDoubleSeconds(counters->writing));
  table.Counter(kDiscardedBytes, labels, Number(counters->discarded_bytes));
  table.Counter(kFlushes, labels, Number(counters->flushes));
  table.Counter(kBusySeconds, labels, absl::ToDoubleSeconds(counters->busy));
  table.Gauge(kInFlight, labels, Number(counters->in_flight));
}

void VolumeMetrics::AddUse(const backend::AttachedVolume& attached,
                           const std::string& mount_path, MetricTable& table) {
  const std::string& id = attached.volume.id;
  // Shared with the helper, which may come back after this scrape has ended.
  const auto usage = std::make_shared<os::FileSystemUsage>();
  const absl::Status looked = helper_.Run(
      id, absl::Now() + (hanging_.contains(id) ? kMoment : patience_),
      [&files = parts_.files, mount_path, usage]() -> absl::Status {
        ASSIGN_OR_RETURN(*usage, files.StatFileSystem(mount_path));
        return absl::OkStatus();
      });
  const Labels labels = LabelsOf(attached);
  const bool hangs = absl::IsUnavailable(looked);
  table.Gauge(kHanging, labels, hangs ? 1 : 0);
  if (hangs) {
    hanging_.insert(id);
  } else {
    hanging_.erase(id);
  }
  if (!looked.ok()) return;
  table.Gauge(kUsed, labels, static_cast<double>(usage->used_bytes));
  table.Gauge(kAvailable, labels, static_cast<double>(usage->available_bytes));
  table.Gauge(kInodes, labels, static_cast<double>(usage->total_inodes));
  table.Gauge(kInodesFree, labels,
              static_cast<double>(usage->available_inodes));
}

// One scan for all of them: the only place that pays for it is a scrape.
std::map<std::string, std::string> VolumeMetrics::MountPaths() const {
  std::map<std::string, std::string> paths;
  const auto mounts = parts_.mounts.List();
  if (!mounts.ok()) return paths;
  for (const os::MountPoint& mount : *mounts) {
    if (mount.file_system.major != os::kLoopMajor || mount.root != "/")
      continue;
    const int number = static_cast<int>(mount.file_system.minor);
    paths.try_emplace(os::LoopPath(number), mount.path);
  }
  return paths;
}

}  // namespace holdfast::node
