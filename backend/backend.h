// The interface of a storage backend, and its manual.

#ifndef HOLDFAST_BACKEND_BACKEND_H_
#define HOLDFAST_BACKEND_BACKEND_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/types.h"
#include "base/operation.h"

namespace holdfast::backend {

// Provisions volumes and snapshots and attaches them to this machine.
//
// Rules for every verb
// - What is answered with OK is durable and survives a power cut.
// - What fails has changed nothing, or what it changed is found and finished
//   by a repetition of the same call.
// - Plain semantics: an object that exists is ALREADY_EXISTS, one that does
//   not is NOT_FOUND. The rules of CSI on repeated calls are added once, by
//   IdempotentBackend.
// - Codes: NOT_FOUND, ALREADY_EXISTS, OUT_OF_RANGE (a size that cannot be),
//   RESOURCE_EXHAUSTED (no room, and nothing else), FAILED_PRECONDITION (in
//   use, and by whom), INVALID_ARGUMENT (a request that cannot be meant),
//   ABORTED, UNAVAILABLE (try again), DATA_LOSS (what should be there is not).
//   Messages say what happened to what, and what to do.
// - A malformed id, or one of another pool, is NOT_FOUND.
//
// Locks: the caller holds the key of the object in its KeyedLock, exclusively,
// for every verb but List*, the reads Get*, and Purge; and the key of a
// clone's or restore's source at least shared, and of a snapshot's source
// volume exclusively. Otherwise implementations are thread-safe.
//
// `operation` gives the deadline for long steps and takes note of the step.
class Backend {
 public:
  virtual ~Backend() = default;

  // The pools that are served here, in a fixed order; the first is the one for
  // volumes that name none. Cheap: asked in the course of every call.
  virtual std::vector<PoolIdentity> Pools() const = 0;
  // How full a pool is. NOT_FOUND if no pool of this home is served here.
  virtual absl::StatusOr<PoolState> GetPool(const std::string& home) = 0;

  // The id that an object of this spec has or would have: it follows from the
  // name and the pool that the spec leads to. Looks at nothing but the spec.
  // INVALID_ARGUMENT for the name of a pool that is not served here.
  virtual absl::StatusOr<std::string> VolumeId(
      const VolumeSpec& spec) const = 0;
  virtual absl::StatusOr<std::string> SnapshotId(
      const SnapshotSpec& spec) const = 0;

  // Makes a volume: blank, from a template of its file system, or with the
  // data of a snapshot or volume as of one instant. A mounted source is
  // flushed first, so that everything written before the call is in it.
  // A size larger than the source's is given to the file system at the next
  // stage. The size is the required one rounded up to the logical block,
  // at least the source's size and the type's minimum.
  // Errors: ALREADY_EXISTS; NOT_FOUND for the source; OUT_OF_RANGE for a limit
  // below what is needed or a required size below the source's;
  // INVALID_ARGUMENT for another access or file system
  // type than the source's, an unknown type or parameter; RESOURCE_EXHAUSTED.
  virtual absl::StatusOr<Volume> CreateVolume(const VolumeSpec& spec,
                                              Operation& operation) = 0;
  // Snapshots and clones of it stay whole. NOT_FOUND; FAILED_PRECONDITION if
  // it is in use, naming the user.
  virtual absl::Status DeleteVolume(const std::string& id,
                                    Operation& operation) = 0;
  virtual absl::StatusOr<Volume> GetVolume(const std::string& id) = 0;
  virtual absl::StatusOr<Page<Volume>> ListVolumes(const PageRequest& page) = 0;

  // Grows volume, attached device and mounted file system to the range and
  // answers the new size. OK if it is large enough. OUT_OF_RANGE for a limit
  // below the size; RESOURCE_EXHAUSTED; FAILED_PRECONDITION if the mounted
  // file system cannot grow now: the device keeps its new size and the file
  // system takes it over at the next stage.
  virtual absl::StatusOr<int64_t> ExpandVolume(const std::string& id,
                                               const CapacityRange& capacity,
                                               Operation& operation) = 0;

  // Replaces the record of where the volume is published.
  virtual absl::Status SetPublications(
      const std::string& id, const std::vector<Publication>& publications) = 0;

  // Cuts a snapshot at one instant. ALREADY_EXISTS; NOT_FOUND for the source;
  // RESOURCE_EXHAUSTED.
  virtual absl::StatusOr<Snapshot> CreateSnapshot(const SnapshotSpec& spec,
                                                  Operation& operation) = 0;
  virtual absl::Status DeleteSnapshot(const std::string& id,
                                      Operation& operation) = 0;
  virtual absl::StatusOr<Snapshot> GetSnapshot(const std::string& id) = 0;
  virtual absl::StatusOr<Page<Snapshot>> ListSnapshots(
      const SnapshotFilter& filter, const PageRequest& page) = 0;

  virtual absl::StatusOr<Capacity> GetCapacity(const CapacityQuery& query) = 0;

  // Makes the volume a block device on this machine, or finds the device that
  // it is already: never two of one mode. A read-only device is one of its
  // own. NOT_FOUND; FAILED_PRECONDITION if someone else has the data open.
  virtual absl::StatusOr<Attachment> Attach(const std::string& id,
                                            AttachMode mode,
                                            Operation& operation) = 0;
  // OK if it is not attached in that mode. FAILED_PRECONDITION if the device
  // stays in use after about a second of trying.
  virtual absl::Status Detach(const std::string& id, AttachMode mode,
                              Operation& operation) = 0;
  // The device that the volume is, if it is attached in that mode; also one
  // that was detached while in use, which Attach refuses.
  virtual absl::StatusOr<std::optional<Attachment>> FindAttachment(
      const std::string& id, AttachMode mode) = 0;
  // True if a file system is mounted from that device, wherever it is seen, or
  // another has claimed it. False if the volume is not attached in that mode.
  virtual absl::StatusOr<bool> IsClaimed(const std::string& id,
                                         AttachMode mode) = 0;
  // All volumes that are attached here, in order of id. By what is remembered,
  // for people and metrics: a caller that acts on it verifies.
  virtual absl::StatusOr<std::vector<AttachedVolume>> ListAttached() = 0;

  // What was deleted and can be had back, in order of key.
  virtual absl::StatusOr<Page<TrashedObject>> ListTrash(
      const PageRequest& page) = 0;
  // Puts an object back where it was, with its id, and answers that. NOT_FOUND;
  // ALREADY_EXISTS if an object of that id was made meanwhile;
  // RESOURCE_EXHAUSTED: more may be promised to it there. The caller holds the
  // key of the object's id. OK if it was had back already and is there.
  virtual absl::StatusOr<std::string> Undelete(const std::string& key,
                                               Operation& operation) = 0;
  // Gives its space back now. NOT_FOUND.
  virtual absl::Status Purge(const std::string& key, Operation& operation) = 0;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_BACKEND_H_
