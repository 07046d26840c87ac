// The pools of a node daemon.

#ifndef HOLDFAST_DRIVER_NODE_POOLS_H_
#define HOLDFAST_DRIVER_NODE_POOLS_H_

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "backend/late_backend.h"
#include "backend/pool/pool_backend.h"
#include "backend/pool_set.h"
#include "backend/volume_file_system.h"
#include "driver/options.h"
#include "os/kernel.h"

namespace holdfast::driver {

// Opens pools side by side, a thread for each, so that none waits for another,
// and serves those that are open. A pool that another process owns (a
// predecessor that is going away) is tried again soon; one that cannot be
// opened as it is, now and then: a disk may come late. Thread-safe.
class NodePools {
 public:
  // What is given must outlive it.
  NodePools(const NodeOptions& options, const os::Kernel& kernel,
            backend::VolumeFileSystem& file_systems);
  // Close.
  ~NodePools();

  // Of all pools. Serves what is open, from the beginning and while Open works.
  backend::PoolSet& backend() { return set_; }

  // Begins to open. Call once.
  void Open();
  // Ends that, and lets the pools go to others. No verb may be in progress.
  void Close();

  // OK when all pools are open, else UNAVAILABLE with a line for each that is
  // not.
  absl::Status CheckReady() const;
  bool AnyOpen() const { return !set_.Pools().empty(); }
  // Not OK once every pool has been refused for a reason that does not pass by
  // itself: then there is nothing to serve.
  absl::Status CheckHope() const;

 private:
  struct Slot {
    explicit Slot(const PoolPlace& p);

    const PoolPlace place;
    backend::LateBackend late;
    std::unique_ptr<pool::PoolBackend> pool;
    absl::Status last;  // guarded by mutex_
    std::thread opener;
  };

  std::vector<backend::PoolSet::Member> Members();
  void OpenUntilStopped(Slot& slot);
  absl::Status TryOpen(Slot& slot);
  // FAILED_PRECONDITION if a pool of another name has this uuid.
  absl::Status Claim(const std::string& name, const std::string& uuid);
  void NoteFailure(Slot& slot, const absl::Status& failure);

  const NodeOptions options_;
  const os::Kernel& kernel_;
  backend::VolumeFileSystem& file_systems_;
  std::vector<std::unique_ptr<Slot>> slots_;
  backend::PoolSet set_;
  absl::Notification stop_;
  mutable absl::Mutex mutex_;
  std::map<std::string, std::string> names_by_uuid_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_NODE_POOLS_H_
