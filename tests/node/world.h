// A machine with a pool, and the node's operations on it: everything is real
// but the kernel.

#ifndef HOLDFAST_TESTS_NODE_WORLD_H_
#define HOLDFAST_TESTS_NODE_WORLD_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "backend/pool/pool_backend.h"
#include "base/keyed_lock.h"
#include "node/expand.h"
#include "node/healing_backend.h"
#include "node/publish.h"
#include "node/staging.h"
#include "node/stats.h"
#include "node/unpublish.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::node {

inline constexpr int64_t kMiB = int64_t{1} << 20;
inline constexpr char kPoolPath[] = "/pool";
inline constexpr char kNodeId[] = "node-a";
inline constexpr char kStaging[] = "/kubelet/staging";
inline constexpr char kTarget[] = "/kubelet/pods/a/target";
inline constexpr char kOtherTarget[] = "/kubelet/pods/b/target";

// What the daemon would put together at its start.
class World {
 public:
  World();
  ~World();

  // The daemon is killed and started again; mounts and devices stay.
  void RestartDaemon();
  // The machine is off and on again.
  void PowerCut();

  std::string MakeVolume(backend::AccessType type,
                         const std::string& name = "volume",
                         int64_t size_bytes = 256 * kMiB);

  StageSpec StageOf(const std::string& id,
                    backend::AccessType type = backend::AccessType::kMount);
  PublishSpec PublishOf(const std::string& id,
                        backend::AccessType type = backend::AccessType::kMount,
                        const std::string& target = kTarget);

  absl::Status Stage(const StageSpec& spec);
  absl::Status Unstage(const std::string& id,
                       const std::string& path = kStaging);
  absl::Status Publish(const PublishSpec& spec);
  absl::Status Unpublish(const std::string& id,
                         const std::string& path = kTarget);
  absl::StatusOr<int64_t> Expand(const ExpandSpec& spec);
  absl::StatusOr<Stats> ReadStats(const std::string& id,
                                  const std::string& path);
  // ControllerExpandVolume, as the agent on this machine answers it.
  absl::StatusOr<int64_t> ExpandVolume(const std::string& id,
                                       int64_t size_bytes);

  // Makes a volume and brings it to its target.
  std::string Published(backend::AccessType type);

  fakes::FakeKernel& kernel() { return kernel_; }
  backend::Backend& backend() { return *pool_; }
  KeyedLock& locks() { return locks_; }
  Parts parts();
  StagingPaths& staging_paths() { return *staging_paths_; }
  // DeleteVolume, as the agent on this machine answers it.
  absl::Status Delete(const std::string& id);
  // The size of the file system on the volume.
  int64_t FileSystemBytes(const std::string& id);
  // The device that the volume is; empty if none.
  std::string Device(
      const std::string& id,
      backend::AttachMode mode = backend::AttachMode::kReadWrite);
  bool Exists(const std::string& path);
  std::vector<std::string> MountedPaths() { return kernel_.MountedPaths(); }
  std::vector<int> Loops() { return kernel_.AttachedLoops(); }
  bool MountedReadOnly(const std::string& path);

 private:
  void Open();

  fakes::FakeKernel kernel_;
  backend::VolumeFileSystem file_systems_;
  KeyedLock locks_;
  // Of the process, as is the pool.
  std::unique_ptr<StagingPaths> staging_paths_;
  std::unique_ptr<pool::PoolBackend> pool_;
  Operation operation_{"test"};
};

// A fixture with one world, which must end without violations.
class NodeTest : public ::testing::Test {
 protected:
  static constexpr auto kMount = backend::AccessType::kMount;
  static constexpr auto kBlock = backend::AccessType::kBlock;
  World world_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_TESTS_NODE_WORLD_H_
