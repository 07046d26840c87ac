// os/file_systems.h on Linux.

#ifndef HOLDFAST_OS_LINUX_FILE_SYSTEMS_H_
#define HOLDFAST_OS_LINUX_FILE_SYSTEMS_H_

#include <string>

#include "base/metrics.h"
#include "os/file_systems.h"
#include "os/linux_syscall.h"

struct blkid_struct_probe;  // of blkid.h, which stays in the .cc file

namespace holdfast::os {

class LinuxFileSystems : public FileSystems {
 public:
  explicit LinuxFileSystems(Metrics& metrics) : calls_(metrics.os_calls()) {}

  absl::StatusOr<Superblock> Probe(const std::string& path) override;
  absl::StatusOr<Superblock> ProbeFor(const std::string& path,
                                      const std::string& fs_type) override;
  absl::StatusOr<bool> EndsAreZero(const std::string& path,
                                   int64_t bytes) override;
  absl::Status Sync(int fd) override;
  absl::Status Grow(int fd, const std::string& fs_type,
                    int64_t size_bytes) override;

 private:
  absl::StatusOr<Superblock> Ask(blkid_struct_probe* probe, int fd,
                                 const std::string& path) const;
  absl::Status GrowExt4(int fd, int64_t size_bytes);
  absl::Status GrowBtrfs(int fd);
  // What libblkid does not tell of a superblock of its type.
  absl::Status AddFacts(int fd, const std::string& path,
                        Superblock& superblock) const;
  // Bytes of the ext4 that `fd` is on, as its device says.
  absl::StatusOr<int64_t> MountedExt4Size(int fd);

  const SystemCalls calls_;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_FILE_SYSTEMS_H_
