// The rules of CSI on repeated calls, once for every backend.

#ifndef HOLDFAST_BACKEND_IDEMPOTENT_BACKEND_H_
#define HOLDFAST_BACKEND_IDEMPOTENT_BACKEND_H_

#include "backend/backend.h"

namespace holdfast::backend {

// Wraps a backend (which must outlive it). Create of an object that exists
// answers the object if the request is compatible, else ALREADY_EXISTS saying
// what differs; delete of what is gone is OK; everything else passes.
//
// Compatible volumes: the capacity range as first asked or one that the size
// satisfies, the same access type, file system type, source and parameters.
// Compatible snapshots: the same source volume and parameters.
// Where a volume may be (topology) is judged by the services, since
// requirements change between retries. Thread-safe like what it wraps.
class IdempotentBackend final : public Backend {
 public:
  explicit IdempotentBackend(Backend& backend) : backend_(backend) {}

  std::string VolumeId(const std::string& name) const override;
  std::string SnapshotId(const std::string& name) const override;
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

 private:
  Backend& backend_;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_IDEMPOTENT_BACKEND_H_
