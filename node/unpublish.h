// Unpublish: a volume away from a path of its user.

#ifndef HOLDFAST_NODE_UNPUBLISH_H_
#define HOLDFAST_NODE_UNPUBLISH_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "node/parts.h"
#include "node/specs.h"
#include "node/volume_mounts.h"

namespace holdfast::node {

// Thread-safe; each call takes the key of its volume (ABORTED if taken).
class Unpublish {
 public:
  explicit Unpublish(const Parts& parts) : parts_(parts), mounts_(parts) {}

  // Takes the volume off the target, however often it is mounted there, and
  // removes what publish made: the directory if it is empty, the file if it
  // is. The last read-only publication of a block volume takes its device
  // along, and so does the last publication of a volume unstaged before. OK if
  // nothing is there. NOT_FOUND: something is mounted there, and
  // there is no such volume. FAILED_PRECONDITION: something else is mounted
  // there, it is in use, or it holds files that are not the volume's.
  absl::Status Run(const UnpublishSpec& spec, Operation& operation);

 private:
  absl::Status RemoveTarget(const UnpublishSpec& spec, const Observed& left);
  absl::Status CheckKnown(const UnpublishSpec& spec);
  absl::StatusOr<bool> IsClaimed(const std::string& volume_id);
  absl::Status EndUnseenDevice(const UnpublishSpec& spec,
                               backend::AttachMode mode, Operation& operation);

  Parts parts_;
  VolumeMounts mounts_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_UNPUBLISH_H_
