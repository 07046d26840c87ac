// os/data_files.h on Linux.

#ifndef HOLDFAST_OS_LINUX_DATA_FILES_H_
#define HOLDFAST_OS_LINUX_DATA_FILES_H_

#include <string>

#include "base/metrics.h"
#include "os/data_files.h"
#include "os/linux_syscall.h"

namespace holdfast::os {

class LinuxDataFiles : public DataFiles {
 public:
  explicit LinuxDataFiles(Metrics& metrics) : calls_(metrics.os_calls()) {}

  absl::Status Clone(int to, int from) override;
  absl::Status Truncate(int fd, int64_t size_bytes) override;
  absl::Status Allocate(int fd, int64_t size_bytes) override;
  absl::Status AllocateOwn(int fd, int64_t size_bytes) override;
  absl::Status Sync(int fd) override;
  absl::Status SetExtentHints(int fd, const ExtentHints& hints) override;
  absl::Status SetAttribute(int fd, const std::string& name,
                            const std::string& value) override;
  absl::StatusOr<std::string> GetAttribute(const std::string& path,
                                           const std::string& name) override;
  absl::StatusOr<FileInfo> Stat(int fd) override;
  absl::StatusOr<bool> IsBlank(int fd) override;
  absl::StatusOr<bool> IsOpenElsewhere(int fd) override;
  absl::Status Lock(int fd) override;

 private:
  const SystemCalls calls_;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_DATA_FILES_H_
