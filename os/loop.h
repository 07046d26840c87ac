// Loop devices (loop(4)).

#ifndef HOLDFAST_OS_LOOP_H_
#define HOLDFAST_OS_LOOP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "os/files.h"

namespace holdfast::os {

enum class LoopMode { kReadWrite, kReadOnly };

// What becomes of a discard (blkdiscard(8), fstrim(8)).
enum class Discards {
  kPassOn,  // the backing file loses its blocks there
  kIgnore,  // EOPNOTSUPP: the file keeps all that is allocated to it
};

struct LoopConfig {
  // Kept by the kernel as lo_file_name, at most 63 bytes: Holdfast puts the
  // volume id there.
  std::string name;
  LoopMode mode = LoopMode::kReadWrite;
  uint32_t block_bytes = 4096;  // logical block size, 512 to page size
  // Not known to Configure: for callers of SetDiscards.
  Discards discards = Discards::kPassOn;
};

// What LOOP_GET_STATUS64 says of an attached device.
struct LoopStatus {
  std::string name;
  uint64_t backing_inode = 0;
  DeviceNumber backing_file_system;
  // What is behind it if that is a device node and no file: the kubelet binds
  // loop devices to block volumes. Zero for a file.
  DeviceNumber backing_device;
  LoopMode mode = LoopMode::kReadWrite;
  bool direct_io = false;
  // Set by a detach that found the device in use: it goes with its last user.
  bool autoclear = false;
};

// The major number of loop devices (Documentation/admin-guide/devices.txt).
inline constexpr uint32_t kLoopMajor = 7;

// The path of loop device `number`: "/dev/loop7".
std::string LoopPath(int number);

// Failures carry the errno. Implementations are thread-safe; what they answer
// may be out of date the moment it is read, so callers hold the key of the
// volume and verify.
class LoopDevices {
 public:
  virtual ~LoopDevices() = default;

  // A number not in use (LOOP_CTL_GET_FREE): walks all devices, so its cost
  // grows with their number.
  virtual absl::StatusOr<int> FindFree() = 0;
  // Makes device `number` exist (LOOP_CTL_ADD and, where no devtmpfs does it,
  // a node in /dev). OK if it exists.
  virtual absl::Status Add(int number) = 0;
  // Device `number` ceases to be, and what was set for it is forgotten
  // (LOOP_CTL_REMOVE): an Add makes it anew. EBUSY if it is attached or open,
  // ENODEV if it does not exist.
  virtual absl::Status Remove(int number) = 0;
  // Binds `backing_fd` to device `number` in one step (LOOP_CONFIGURE, kernel
  // 5.8) with direct I/O asked for. EBUSY if the device is taken, ENXIO or
  // ENOENT if it does not exist. Direct I/O may silently not be honoured:
  // GetStatus tells. A device to be written to passes flushes on, see
  // PassFlushesOn.
  virtual absl::Status Configure(int number, int backing_fd,
                                 const LoopConfig& config) = 0;
  // ENXIO if nothing is attached.
  virtual absl::StatusOr<LoopStatus> GetStatus(int number) = 0;
  // LOOP_CLR_FD: ENXIO if nothing is attached. If the device is in use the
  // kernel answers OK and detaches it with its last user.
  virtual absl::Status Detach(int number) = 0;
  // The device takes over the grown size of its backing file.
  virtual absl::Status UpdateSize(int number) = 0;
  // Sets the device's limit of discards (sysfs, queue/discard_max_bytes), to
  // zero or to what it can do. It outlives a detach, so whoever attaches a
  // device sets it. EINVAL if it cannot be raised again: seen on 6.18, where a
  // limit of zero makes the granularity zero, and then no other limit is taken
  // until the device is removed. ENOENT if the device does not exist.
  virtual absl::Status SetDiscards(int number, Discards discards) = 0;
  // An fsync of read-write device `number`, or of what is mounted from it, is
  // from now on one of the backing file (sysfs, queue/write_cache: "write
  // back", Documentation/ABI/stable/sysfs-block). With "write through" the
  // kernel answers it and syncs nothing; that is kept for the number across a
  // detach (seen on 6.18). Configure sees to it, but not in one step with the
  // rest, so whoever takes over a device calls this. ENOENT if the device does
  // not exist. Nothing need be done, and OK, for a read-only one.
  virtual absl::Status PassFlushesOn(int number) = 0;
  // True if a file system is mounted from the device, or another has claimed
  // it (open with O_EXCL answers EBUSY).
  virtual absl::StatusOr<bool> IsClaimed(int number) = 0;
  // Bytes of the device (BLKGETSIZE64).
  virtual absl::StatusOr<int64_t> Size(int number) = 0;
  // Numbers of all attached devices, ascending. A scan: for start-up and
  // repair only.
  virtual absl::StatusOr<std::vector<int>> List() = 0;
  // Like Detach, but only of what is expected: name, file and mode are compared
  // on the descriptor that detaches, and while that is open the device cannot
  // come to stand for anything else. ESTALE if they differ.
  virtual absl::Status DetachIf(int number, const LoopStatus& expected) = 0;
};

// True if both are of one name, file and mode.
bool IsSameAttachment(const LoopStatus& one, const LoopStatus& other);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LOOP_H_
