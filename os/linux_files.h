// os/files.h on Linux.

#ifndef HOLDFAST_OS_LINUX_FILES_H_
#define HOLDFAST_OS_LINUX_FILES_H_

#include <string>
#include <vector>

#include "base/metrics.h"
#include "os/files.h"
#include "os/linux_syscall.h"

struct statx;

namespace holdfast::os {

// What statx(2) filled in, in our words.
FileInfo ToFileInfo(const struct statx& data);

class LinuxFiles : public Files {
 public:
  explicit LinuxFiles(Metrics& metrics) : calls_(metrics.os_calls()) {}

  absl::StatusOr<UniqueFd> Open(const std::string& path,
                                OpenMode mode) override;
  absl::StatusOr<UniqueFd> Create(const std::string& path) override;
  absl::StatusOr<UniqueFd> CreateUnnamed(const std::string& directory) override;
  absl::Status Link(int fd, const std::string& path) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Replace(const std::string& from, const std::string& to) override;
  absl::Status Unlink(const std::string& path) override;
  absl::Status MakeDirectory(const std::string& path) override;
  absl::Status RemoveDirectory(const std::string& path) override;
  absl::Status SyncDirectory(const std::string& directory) override;
  absl::Status FreeTakenAhead(const std::string& directory) override;
  absl::StatusOr<FileInfo> Stat(const std::string& path) override;
  absl::StatusOr<FileSystemUsage> StatFileSystem(
      const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& directory) override;
  absl::StatusOr<std::string> ReadFile(const std::string& path) override;
  absl::Status WriteAll(int fd, const std::string& data) override;

 private:
  const SystemCalls calls_;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_FILES_H_
