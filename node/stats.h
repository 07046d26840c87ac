// Stats: how much of a volume is used.

#ifndef HOLDFAST_NODE_STATS_H_
#define HOLDFAST_NODE_STATS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "node/helper.h"
#include "node/parts.h"
#include "node/specs.h"
#include "node/volume_mounts.h"

namespace holdfast::node {

// Thread-safe. Looks at the volume in a helper thread with a deadline, one look
// at a time per volume, and holds the volume's key (shared) only while it
// identifies what is mounted: a dead mount blocks no other call.
class StatsReader {
 public:
  // `patience`: how long a look may take, if the caller's deadline is later.
  // `parts` outlives every look, also one that hangs.
  StatsReader(const Parts& parts, absl::Duration patience)
      : parts_(parts), mounts_(parts), patience_(patience) {}

  // NOT_FOUND: no such volume, or it is not at that path. UNAVAILABLE: no
  // answer in time. ABORTED: another call changes the volume now.
  absl::StatusOr<Stats> Read(const StatsSpec& spec, Operation& operation);

 private:
  absl::StatusOr<Stats> Look(const StatsSpec& spec);
  absl::StatusOr<Stats> Identify(const StatsSpec& spec);

  Parts parts_;
  VolumeMounts mounts_;
  const absl::Duration patience_;
  Helper helper_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_STATS_H_
