// The suites that every implementation of os/* passes. A rule that the fakes
// keep and the driver relies upon is a case here: that is what keeps the fakes
// honest.

#ifndef HOLDFAST_TESTS_CONTRACT_OS_CONTRACT_H_
#define HOLDFAST_TESTS_CONTRACT_OS_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "tests/contract/os/world.h"

namespace holdfast::os {

inline constexpr int64_t kMiB = int64_t{1} << 20;
inline constexpr int64_t kVolumeBytes = 16 * kMiB;

MATCHER(IsOk, "") {
  *result_listener << arg;
  return arg.ok();
}
// A status, or what has one, with this errno.
absl::Status StatusOf(const absl::Status& status);
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}
MATCHER_P(HasErrno, error, "") {
  *result_listener << StatusOf(arg);
  return IsErrno(StatusOf(arg), error);
}

// What a call answered; fails the test and answers a default if it failed. A
// test that dies would leave its mounts behind.
template <typename T>
T Value(absl::StatusOr<T> value) {
  EXPECT_THAT(value.status(), IsOk());
  return value.ok() ? *std::move(value) : T{};
}

class OsContract : public ::testing::TestWithParam<WorldFactory> {
 protected:
  void SetUp() override;
  void TearDown() override;

  Files& files() { return *world_->kernel().files; }
  DataFiles& data_files() { return *world_->kernel().data_files; }
  LoopDevices& loops() { return *world_->kernel().loops; }
  Mounts& mounts() { return *world_->kernel().mounts; }
  FileSystems& file_systems() { return *world_->kernel().file_systems; }
  Commands& commands() { return *world_->kernel().commands; }

  std::string InPool(const std::string& name) const {
    return world_->pool() + "/" + name;
  }
  std::string InOther(const std::string& name) const {
    return world_->other() + "/" + name;
  }

  // All of these fail the test if they cannot do it.
  UniqueFd Open(const std::string& path, OpenMode mode = OpenMode::kReadWrite);
  void MakeFile(const std::string& path, const std::string& text = "");
  void MakeDirectory(const std::string& path);
  // A sparse file of kVolumeBytes, with an ext4 in it.
  void MakeVolume(const std::string& path);
  // What is there by this name in a directory, "" if it does not exist.
  std::string Read(const std::string& path);

  // Attaches a file to a loop device of its own, and answers its number.
  int AttachLoop(const std::string& path, const LoopConfig& config = {});
  // The kernel lets go of a device some time after the call that detached it.
  bool IsGoneSoon(int number);
  // Removes a device, which somebody who looks at every one may have open.
  bool IsRemovedSoon(int number);
  UniqueFd CloneMount(const std::string& path);
  // The topmost mount at a name in the pool, as the list of mounts has it.
  MountPoint Listed(const std::string& name);
  // A detached mount of the ext4 on a device.
  UniqueFd MountLoop(int number);
  // The same, attached at `path`, which is made; its descriptor is closed.
  void MountAt(int number, const std::string& path);

  std::unique_ptr<World> world_;
};

class FilesContract : public OsContract {};
class DataFilesContract : public OsContract {};
class LoopContract : public OsContract {};
class MountsContract : public OsContract {};
class FileSystemsContract : public OsContract {};
class CommandsContract : public OsContract {};

}  // namespace holdfast::os

// All suites, in one world.
#define INSTANTIATE_OS_CONTRACT(name, factory)                                 \
  INSTANTIATE_TEST_SUITE_P(name, FilesContract, testing::Values(factory));     \
  INSTANTIATE_TEST_SUITE_P(name, DataFilesContract, testing::Values(factory)); \
  INSTANTIATE_TEST_SUITE_P(name, LoopContract, testing::Values(factory));      \
  INSTANTIATE_TEST_SUITE_P(name, MountsContract, testing::Values(factory));    \
  INSTANTIATE_TEST_SUITE_P(name, FileSystemsContract,                          \
                           testing::Values(factory));                          \
  INSTANTIATE_TEST_SUITE_P(name, CommandsContract, testing::Values(factory))

#endif  // HOLDFAST_TESTS_CONTRACT_OS_CONTRACT_H_
