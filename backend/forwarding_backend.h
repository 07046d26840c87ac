// A backend that passes its verbs on to others.

#ifndef HOLDFAST_BACKEND_FORWARDING_BACKEND_H_
#define HOLDFAST_BACKEND_FORWARDING_BACKEND_H_

#include <optional>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace holdfast::backend {

// Every verb goes to the backend that Route answers; who adds something to a
// verb overrides it. Thread-safe if Route is.
class ForwardingBackend : public Backend {
 public:
  std::vector<PoolIdentity> Pools() const override;
  absl::StatusOr<PoolState> GetPool(const std::string& home) override;
  absl::StatusOr<std::string> VolumeId(const VolumeSpec& spec) const override;
  absl::StatusOr<std::string> SnapshotId(
      const SnapshotSpec& spec) const override;
  absl::StatusOr<Volume> CreateVolume(const VolumeSpec& spec,
                                      Operation& operation) override;
  absl::Status DeleteVolume(const std::string& id,
                            Operation& operation) override;
  absl::StatusOr<Volume> GetVolume(const std::string& id) override;
  absl::StatusOr<Page<Volume>> ListVolumes(const PageRequest& page) override;
  absl::StatusOr<int64_t> ExpandVolume(const std::string& id,
                                       const CapacityRange& capacity,
                                       Operation& operation) override;
  absl::Status SetPublications(
      const std::string& id,
      const std::vector<Publication>& publications) override;
  absl::StatusOr<Snapshot> CreateSnapshot(const SnapshotSpec& spec,
                                          Operation& operation) override;
  absl::Status DeleteSnapshot(const std::string& id,
                              Operation& operation) override;
  absl::StatusOr<Snapshot> GetSnapshot(const std::string& id) override;
  absl::StatusOr<Page<Snapshot>> ListSnapshots(
      const SnapshotFilter& filter, const PageRequest& page) override;
  absl::StatusOr<Capacity> GetCapacity(const CapacityQuery& query) override;
  absl::StatusOr<Attachment> Attach(const std::string& id, AttachMode mode,
                                    Operation& operation) override;
  absl::Status Detach(const std::string& id, AttachMode mode,
                      Operation& operation) override;
  absl::StatusOr<std::optional<Attachment>> FindAttachment(
      const std::string& id, AttachMode mode) override;
  absl::StatusOr<bool> IsClaimed(const std::string& id,
                                 AttachMode mode) override;
  absl::StatusOr<std::vector<AttachedVolume>> ListAttached() override;
  absl::StatusOr<Page<TrashedObject>> ListTrash(
      const PageRequest& page) override;
  absl::StatusOr<std::string> Undelete(const std::string& key,
                                       Operation& operation) override;
  absl::Status Purge(const std::string& key, Operation& operation) override;

 private:
  // The backend of the object with this id or trash key; for verbs that are
  // about no one object, `id` is empty. What it answers instead is the verb's
  // answer; Pools is then empty.
  virtual absl::StatusOr<Backend*> Route(const std::string& id) const = 0;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_FORWARDING_BACKEND_H_
