// A backend that is announced before it is there.

#ifndef HOLDFAST_BACKEND_LATE_BACKEND_H_
#define HOLDFAST_BACKEND_LATE_BACKEND_H_

#include <atomic>
#include <string>
#include <utility>

#include "backend/backend.h"

namespace holdfast::backend {

// Until Set is called every verb is UNAVAILABLE, with `reason` as its message,
// and ids are empty; then all goes to the backend that was set. gRPC takes no
// services once it listens, so this is how a process can answer while its
// storage is still another's. Thread-safe.
class LateBackend final : public Backend {
 public:
  explicit LateBackend(std::string reason) : reason_(std::move(reason)) {}

  // At most once. `backend` must outlive all calls.
  void Set(Backend& backend) { backend_.store(&backend); }

  // OK once the backend is there, UNAVAILABLE before. Does not wait.
  absl::Status CheckReady() const;

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
  const std::string reason_;
  std::atomic<Backend*> backend_ = nullptr;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_LATE_BACKEND_H_
