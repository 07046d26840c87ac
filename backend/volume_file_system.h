// The file system inside a volume: whole, flushed, as large as its device.

#ifndef HOLDFAST_BACKEND_VOLUME_FILE_SYSTEM_H_
#define HOLDFAST_BACKEND_VOLUME_FILE_SYSTEM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "base/unique_fd.h"
#include "os/command.h"
#include "os/file_systems.h"
#include "os/files.h"
#include "os/mounts.h"

namespace holdfast::backend {

// A device with the type of the file system that its volume's record names.
struct FormattedDevice {
  std::string path;  // "/dev/loop7"
  std::string fs_type;
  int64_t size_bytes = 0;
};

// False if the file system can be grown on its device. What it leaves unused
// of a device (a part of a block, or a last group too small for its own
// tables) does not count.
bool FillsDevice(const os::Superblock& superblock,
                 const FormattedDevice& device);

// Works on mounted file systems through a detached mount of the same device,
// which shares the superblock: no path and no mount namespace is needed
// (fsopen(2), fsmount(2)). The kernel refuses one that would differ in being
// read-only (EBUSY) or in its security context (EINVAL); then a mount of the
// device that this mount namespace shows is copied, for which all mounts are
// scanned. There is no code here, and none anywhere near a volume, that makes
// a file system. Thread-safe for different devices.
class VolumeFileSystem {
 public:
  // All must outlive this object.
  VolumeFileSystem(os::Files& files, os::Mounts& mounts,
                   os::FileSystems& file_systems, os::Commands& commands)
      : files_(files),
        mounts_(mounts),
        file_systems_(file_systems),
        commands_(commands) {}

  // OK if the device holds the file system that its record names. One whose
  // superblock asks for a check is preened first, where its type knows how
  // without loss (e2fsck -p). DATA_LOSS if there is none to be seen,
  // FAILED_PRECONDITION if it is another, or damaged beyond that, or asks for
  // a check while it is mounted: the message has the command to run.
  absl::StatusOr<os::Superblock> Check(const FormattedDevice& device);

  // A mount of the file system on the device, without a place: gone when the
  // descriptor is closed. FAILED_PRECONDITION as for Flush.
  absl::StatusOr<UniqueFd> ShareMount(const FormattedDevice& device);

  // Everything written to the mounted file system so far is on the device.
  // FAILED_PRECONDITION if it is mounted otherwise than we could, and where we
  // cannot see it.
  absl::Status Flush(const FormattedDevice& device);

  // Grows the mounted file system to its device, if it does not fill it, and
  // ends what a killed call left of that. FAILED_PRECONDITION, naming the
  // reason, if the kernel does not let us: no capability, mounted read-only, or
  // mounted as for Flush.
  absl::Status GrowMounted(const FormattedDevice& device);

  // Before the mount: grows the file system with e2fsck -fp and resize2fs if
  // it is smaller than its device and could not be grown mounted (ext4 without
  // CAP_SYS_RESOURCE). FAILED_PRECONDITION for a type that grows mounted only.
  // `superblock` is what Check answered. Goes on after the
  // caller's deadline: a check takes as long as the volume is large, and the
  // retry must find it done.
  absl::Status GrowUnmounted(const FormattedDevice& device,
                             const os::Superblock& superblock,
                             Operation& operation);

 private:
  absl::StatusOr<os::Superblock> Look(const FormattedDevice& device);
  absl::StatusOr<UniqueFd> CopyMount(const FormattedDevice& device,
                                     const absl::Status& refused);
  absl::StatusOr<std::vector<os::MountPoint>> MountsOf(
      const FormattedDevice& device);

  os::Files& files_;
  os::Mounts& mounts_;
  os::FileSystems& file_systems_;
  os::Commands& commands_;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_VOLUME_FILE_SYSTEM_H_
