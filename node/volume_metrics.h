// What each volume's storage really does, as metrics.

#ifndef HOLDFAST_NODE_VOLUME_METRICS_H_
#define HOLDFAST_NODE_VOLUME_METRICS_H_

#include <map>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "backend/backend.h"
#include "base/metric_table.h"
#include "node/helper.h"
#include "os/files.h"
#include "os/mounts.h"

namespace holdfast::node {

// The figures of the volumes that are attached here: input and output from the
// block device's own counters, use from the mounted file system. Labelled with
// id, pool and claim; they end with the attachment.
//
// For one thread at a time, that of the scrape.
class VolumeMetrics {
 public:
  // All must outlive this object, and looks at file systems that hang.
  struct Parts {
    backend::Backend& backend;
    os::Files& files;
    os::Mounts& mounts;
  };

  // `patience`: how long one look at a file system may take. One that hangs is
  // given it once, and a moment at each later scrape; it costs its volume's
  // figures of use, and no other's.
  explicit VolumeMetrics(const Parts& parts,
                         absl::Duration patience = absl::Seconds(1))
      : parts_(parts), patience_(patience) {}

  void Add(MetricTable& table);

 private:
  using Labels = MetricTable::Labels;

  Labels LabelsOf(const backend::AttachedVolume& attached) const;
  void AddCounters(const backend::AttachedVolume& attached,
                   MetricTable& table) const;
  void AddUse(const backend::AttachedVolume& attached,
              const std::string& mount_path, MetricTable& table);
  // A path at which each mounted device can be asked, by device path.
  std::map<std::string, std::string> MountPaths() const;

  const Parts parts_;
  const absl::Duration patience_;
  // Volumes whose file systems did not answer the last time.
  std::set<std::string> hanging_;
  Helper helper_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_VOLUME_METRICS_H_
