// The six interfaces of os/* over one Machine.

#ifndef HOLDFAST_TESTS_FAKES_VIEWS_H_
#define HOLDFAST_TESTS_FAKES_VIEWS_H_

#include <string>
#include <vector>

#include "os/command.h"
#include "os/data_files.h"
#include "os/file_systems.h"
#include "os/files.h"
#include "os/loop.h"
#include "os/mounts.h"
#include "tests/fakes/machine.h"

namespace holdfast::fakes {

class FakeFiles : public os::Files {
 public:
  explicit FakeFiles(Machine& machine) : machine_(machine) {}

  absl::StatusOr<UniqueFd> Open(const std::string& path,
                                os::OpenMode mode) override;
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
  absl::StatusOr<os::FileInfo> Stat(const std::string& path) override;
  absl::StatusOr<os::FileSystemUsage> StatFileSystem(
      const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& directory) override;
  absl::StatusOr<std::string> ReadFile(const std::string& path) override;
  absl::Status WriteAll(int fd, const std::string& data) override;

 private:
  Machine& machine_;
};

class FakeDataFiles : public os::DataFiles {
 public:
  explicit FakeDataFiles(Machine& machine) : machine_(machine) {}

  absl::Status Clone(int to, int from) override;
  absl::Status Truncate(int fd, int64_t size_bytes) override;
  // Makes what is shared its own too, which nobody can tell from outside.
  absl::Status Allocate(int fd, int64_t size_bytes) override;
  absl::Status AllocateOwn(int fd, int64_t size_bytes) override;
  absl::Status Sync(int fd) override;
  absl::Status SetExtentHints(int fd, const os::ExtentHints& hints) override;
  absl::Status SetAttribute(int fd, const std::string& name,
                            const std::string& value) override;
  absl::StatusOr<std::string> GetAttribute(const std::string& path,
                                           const std::string& name) override;
  absl::StatusOr<os::FileInfo> Stat(int fd) override;
  absl::StatusOr<bool> IsBlank(int fd) override;
  absl::StatusOr<bool> IsOpenElsewhere(int fd) override;
  absl::Status Lock(int fd) override;

 private:
  Machine& machine_;
};

class FakeLoopDevices : public os::LoopDevices {
 public:
  explicit FakeLoopDevices(Machine& machine) : machine_(machine) {}

  absl::StatusOr<int> FindFree() override;
  absl::Status Add(int number) override;
  absl::Status Remove(int number) override;
  absl::Status Configure(int number, int backing_fd,
                         const os::LoopConfig& config) override;
  absl::StatusOr<os::LoopStatus> GetStatus(int number) override;
  absl::Status Detach(int number) override;
  absl::Status UpdateSize(int number) override;
  absl::Status SetDiscards(int number, os::Discards discards) override;
  absl::Status PassFlushesOn(int number) override;
  absl::StatusOr<bool> IsClaimed(int number) override;
  absl::StatusOr<int64_t> Size(int number) override;
  absl::StatusOr<std::vector<int>> List() override;
  absl::Status DetachIf(int number, const os::LoopStatus& expected) override;

 private:
  Machine& machine_;
};

class FakeMounts : public os::Mounts {
 public:
  explicit FakeMounts(Machine& machine) : machine_(machine) {}

  absl::StatusOr<UniqueFd> MountDevice(
      const os::MountRequest& request) override;
  absl::StatusOr<UniqueFd> CloneMount(const std::string& path) override;
  absl::Status SetAttributes(int mount_fd,
                             const os::MountAttributes& attributes) override;
  absl::Status Attach(int mount_fd, const std::string& path) override;
  absl::Status Unmount(const std::string& path) override;
  absl::StatusOr<std::vector<os::MountPoint>> List() override;
  absl::StatusOr<std::vector<os::ShownMount>> ListOf(
      const os::DeviceNumber& device, const std::string& node_name) override;

 private:
  Machine& machine_;
};

class FakeFileSystems : public os::FileSystems {
 public:
  explicit FakeFileSystems(Machine& machine) : machine_(machine) {}

  absl::StatusOr<os::Superblock> Probe(const std::string& path) override;
  absl::StatusOr<os::Superblock> ProbeFor(const std::string& path,
                                          const std::string& fs_type) override;
  absl::StatusOr<bool> EndsAreZero(const std::string& path,
                                   int64_t bytes) override;
  absl::Status Sync(int fd) override;
  absl::Status Grow(int fd, const std::string& fs_type,
                    int64_t size_bytes) override;

 private:
  Machine& machine_;
};

class FakeCommands : public os::Commands {
 public:
  explicit FakeCommands(Machine& machine) : machine_(machine) {}

  absl::StatusOr<os::CommandResult> Run(const std::vector<std::string>& argv,
                                        absl::Time deadline) override;

 private:
  absl::StatusOr<Program> Find(const std::vector<std::string>& argv);

  Machine& machine_;
};

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_VIEWS_H_
