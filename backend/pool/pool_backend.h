// A pool as a storage backend.

#ifndef HOLDFAST_BACKEND_POOL_POOL_BACKEND_H_
#define HOLDFAST_BACKEND_POOL_POOL_BACKEND_H_

#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "backend/pool/attachments.h"
#include "backend/pool/catalog.h"
#include "backend/pool/clock.h"
#include "backend/pool/data_file.h"
#include "backend/pool/layout.h"
#include "backend/pool/live_volumes.h"
#include "backend/pool/pool_file.h"
#include "backend/pool/pool_ids.h"
#include "backend/pool/real_room.h"
#include "backend/pool/reservation.h"
#include "backend/pool/sizes.h"
#include "backend/pool/snapshots.h"
#include "backend/pool/templates.h"
#include "backend/pool/trash.h"
#include "backend/pool/trashed_objects.h"
#include "backend/pool/volume_changes.h"
#include "backend/pool/volume_creator.h"
#include "backend/volume_file_system.h"
#include "os/command.h"
#include "os/loop.h"

namespace holdfast::pool {

struct PoolOptions {
  std::string name = "default";  // as the parameter "pool" says it
  std::string place;             // for people; empty: the directory
  // Part of the file system that is never promised: for its metadata and for
  // space allocated ahead of writes.
  double reserve_ratio = 0.03;
  // What may be promised, as a multiple of the rest. Above 1 a writer can
  // find the pool full.
  double overcommit_ratio = 1.0;
  // Of volumes that are made without a word on it; one of AllFsTraits.
  std::string default_fs_type = "ext4";
  size_t template_cache = 64;
  // How long what was deleted can be had back, if its room is not needed.
  absl::Duration trash_retention = absl::Hours(24);
  // Fewer extents make snapshots and reads fast (design, section 5).
  os::ExtentHints extent_hints = {.extent_bytes = kExtentBytes,
                                  .cow_bytes = kExtentBytes};
};

// What a pool works with. All must outlive it.
struct PoolEnvironment {
  os::Files& files;
  os::DataFiles& data_files;
  os::LoopDevices& loops;
  os::Commands& commands;
  backend::VolumeFileSystem& volume_file_systems;
  Clock clock = {};
};

// Owns the pool of a directory as long as it lives. Everything it keeps in
// memory follows from the directory and the kernel: hints and sums, counted
// once by Open. Its parts do the work, one file each. Thread-safe.
class PoolBackend final : public backend::Backend {
 public:
  // Takes the pool over, clears what an earlier process left unfinished, and
  // counts what is there. Errors: those of OwnPool and CheckFileSystem.
  static absl::StatusOr<std::unique_ptr<PoolBackend>> Open(
      const PoolEnvironment& environment, const std::string& directory,
      const PoolOptions& options);

  // What was deleted long enough ago is unlinked between Start and Stop.
  void Start() { trash_.Start(); }
  void Stop() { trash_.Stop(); }

  const std::string& uuid() const { return owned_.header.uuid; }
  Reservation::Numbers numbers() const { return reservation_.numbers(); }
  Trash& trash() { return trash_; }

  std::vector<backend::PoolIdentity> Pools() const override;
  absl::StatusOr<backend::PoolState> GetPool(const std::string& home) override;
  absl::StatusOr<std::string> VolumeId(
      const backend::VolumeSpec& spec) const override;
  absl::StatusOr<std::string> SnapshotId(
      const backend::SnapshotSpec& spec) const override;
  absl::StatusOr<backend::Volume> CreateVolume(const backend::VolumeSpec& spec,
                                               Operation& operation) override;
  absl::Status DeleteVolume(const std::string& id,
                            Operation& operation) override;
  absl::StatusOr<backend::Volume> GetVolume(const std::string& id) override;
  absl::StatusOr<backend::Page<backend::Volume>> ListVolumes(
      const backend::PageRequest& page) override;
  absl::StatusOr<int64_t> ExpandVolume(const std::string& id,
                                       const backend::CapacityRange& capacity,
                                       Operation& operation) override;
  absl::Status SetPublications(
      const std::string& id,
      const std::vector<backend::Publication>& publications) override;
  absl::StatusOr<backend::Snapshot> CreateSnapshot(
      const backend::SnapshotSpec& spec, Operation& operation) override;
  absl::Status DeleteSnapshot(const std::string& id,
                              Operation& operation) override;
  absl::StatusOr<backend::Snapshot> GetSnapshot(const std::string& id) override;
  absl::StatusOr<backend::Page<backend::Snapshot>> ListSnapshots(
      const backend::SnapshotFilter& filter,
      const backend::PageRequest& page) override;
  absl::StatusOr<backend::Capacity> GetCapacity(
      const backend::CapacityQuery& query) override;
  absl::StatusOr<backend::Attachment> Attach(const std::string& id,
                                             backend::AttachMode mode,
                                             Operation& operation) override;
  absl::Status Detach(const std::string& id, backend::AttachMode mode,
                      Operation& operation) override;
  absl::StatusOr<std::optional<backend::Attachment>> FindAttachment(
      const std::string& id, backend::AttachMode mode) override;
  absl::StatusOr<bool> IsClaimed(const std::string& id,
                                 backend::AttachMode mode) override;
  absl::StatusOr<std::vector<backend::AttachedVolume>> ListAttached() override;
  absl::StatusOr<backend::Page<backend::TrashedObject>> ListTrash(
      const backend::PageRequest& page) override;
  absl::StatusOr<std::string> Undelete(const std::string& key,
                                       Operation& operation) override;
  absl::Status Purge(const std::string& key, Operation& operation) override;

 private:
  PoolBackend(const PoolEnvironment& environment, Layout layout,
              OwnedHeader owned, const UsableSpace& space,
              const PoolOptions& options);

  absl::Status Load();
  // "": the default one.
  std::string FsTypeOr(const std::string& fs_type) const;
  // Attaching needs the block size, so it reads the record.
  absl::StatusOr<Attachable> Resolve(const std::string& id) const;

  const PoolEnvironment os_;
  const Layout layout_;
  const OwnedHeader owned_;
  const backend::PoolIdentity identity_;
  const std::string place_;
  const std::string default_fs_type_;
  const PoolIds ids_;
  Reservation reservation_;
  const RealRoom room_;
  Trash trash_;
  Catalog catalog_;
  Templates templates_;
  Attachments attachments_;
  BtrfsOffer btrfs_;
  LiveVolumes live_;
  DataFileBuilder builder_;
  VolumeCreator creator_;
  VolumeChanges changes_;
  Snapshots snapshots_;
  TrashedObjects trashed_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_BACKEND_H_
