// Publish: a staged volume at a path of its user.

#ifndef HOLDFAST_NODE_PUBLISH_H_
#define HOLDFAST_NODE_PUBLISH_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "base/rollback.h"
#include "base/unique_fd.h"
#include "node/parts.h"
#include "node/publish_target.h"
#include "node/specs.h"
#include "node/volume_mounts.h"

namespace holdfast::node {

// Thread-safe; each call takes the key of its volume (ABORTED if taken).
//
// A file system is published as a copy of the mount at the staging path, with
// its attributes set before it is seen anywhere: a read-only one is never
// writable for an instant. A block volume is its device node bound over a file;
// read-only, it is the node of a read-only loop device of its own, since a
// read-only bind of a node does not stop writes to the device. The two devices
// do not share a cache, so read-only and read-write publications of a block
// volume exclude each other.
class Publish {
 public:
  // `node_id` is what the controller services record publications under.
  Publish(const Parts& parts, std::string node_id)
      : parts_(parts),
        mounts_(parts),
        target_(parts.files),
        node_id_(std::move(node_id)) {}

  // Read-only also if ControllerPublishVolume was asked for it on this node
  // (PUBLISH_READONLY). OK if published there alike. NOT_FOUND: no such
  // volume. ALREADY_EXISTS: published there with another access type or
  // read-only flag.
  // FAILED_PRECONDITION: not staged at the staging path, something else at the
  // target, not what the volume can be, a single-writer access mode while the
  // volume is published elsewhere on this machine, or a block volume that is
  // published the other way. INVALID_ARGUMENT: a block volume at a target with
  // the name of a BlockStagingFile. What fails leaves nothing at the target.
  absl::Status Run(const PublishSpec& spec, Operation& operation);

 private:
  // A volume to be published, and what is known of it.
  struct Subject {
    const PublishSpec& spec;
    backend::AccessType access_type;
    backend::Attachment attachment;  // the read-write device
  };

  bool IsRecordedReadOnly(const backend::Volume& volume) const;
  absl::Status PublishVolume(const PublishSpec& spec,
                             const backend::Volume& volume,
                             Operation& operation);
  absl::Status CheckEmpty(const PublishSpec& spec, const Observed& target);
  absl::Status CheckPublished(const PublishSpec& spec,
                              const Observed& published);
  absl::StatusOr<Subject> FindStaged(const PublishSpec& spec,
                                     const backend::Volume& volume);
  absl::Status CheckWritable(const PublishSpec& spec);
  absl::Status CheckSharing(const Subject& subject, Operation& operation);
  absl::Status EndUnusedReadOnlyDevice(const PublishSpec& spec,
                                       Operation& operation);
  absl::Status MakePublication(const Subject& subject, Operation& operation,
                               Rollback& rollback);
  absl::StatusOr<UniqueFd> MakeMount(const Subject& subject,
                                     Operation& operation, Rollback& rollback);
  absl::StatusOr<std::string> MountSource(const Subject& subject,
                                          Operation& operation,
                                          Rollback& rollback);

  Parts parts_;
  VolumeMounts mounts_;
  PublishTarget target_;
  const std::string node_id_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_PUBLISH_H_
