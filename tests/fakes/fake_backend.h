// A backend in memory, with the rules of backend/backend.h.

#ifndef HOLDFAST_TESTS_FAKES_FAKE_BACKEND_H_
#define HOLDFAST_TESTS_FAKES_FAKE_BACKEND_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "backend/backend.h"
#include "base/keyed_lock.h"

namespace holdfast::backend {

// Keeps what a backend promises: plain semantics (see IdempotentBackend for
// those of CSI), sizes in logical blocks, a pool of limited size, pages in
// order of ids. It knows the parameters "pool" and "tier" and the file system
// ext4.
// Thread-safe.
class FakeBackend final : public Backend {
 public:
  static constexpr int64_t kPoolBytes = int64_t{1} << 40;
  static constexpr int64_t kLeastBytes = int64_t{1} << 20;

  // Called with the name of each verb ("CreateVolume") before it does
  // anything. An error it returns is the verb's answer.
  using Hook = std::function<absl::Status(absl::string_view verb)>;

  explicit FakeBackend(const std::string& pool_uuid,
                       int64_t pool_bytes = kPoolBytes,
                       std::string name = "default");

  // From now on verbs are refused (INTERNAL) unless their caller holds the
  // keys that the interface asks for.
  void CheckLocks(KeyedLock& locks) { locks_ = &locks; }
  void OnCall(Hook hook);

  // The hash of the pool's uuid, as ids have it.
  const std::string& home() const { return home_; }
  // The verbs called so far that change something, in order.
  std::vector<std::string> Changes() const;

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
  struct Trashed {
    TrashedObject object;
    std::variant<Volume, Snapshot> content;
  };
  struct Origin {  // what a new volume takes over from its source
    int64_t size_bytes = 0;
    Format format;
  };

  absl::Status Begin(absl::string_view verb, KeyedLock::Keys keys = {});
  absl::Status CheckHeld(absl::string_view verb, KeyedLock::Keys keys) const;
  absl::StatusOr<Origin> OriginOf(const VolumeSpec& spec) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<int64_t> SizeFor(const CapacityRange& range,
                                  int64_t least) const;
  int64_t Free() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Empties the trash if that is what it takes.
  absl::Status CheckRoom(int64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutInTrash(TrashedObject object, std::variant<Volume, Snapshot> content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsAttached(const std::string& id) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::string home_;
  const int64_t pool_bytes_;
  const std::string name_;
  KeyedLock* locks_ = nullptr;

  mutable absl::Mutex mutex_;
  Hook hook_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> changes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Volume> volumes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Snapshot> snapshots_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Trashed> trash_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<std::string, AttachMode>> attached_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_TESTS_FAKES_FAKE_BACKEND_H_
