// Images, loop devices and mounts of this machine that a test leaves clean.

#ifndef HOLDFAST_TESTS_OS_LINUX_KERNEL_FIXTURE_H_
#define HOLDFAST_TESTS_OS_LINUX_KERNEL_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "os/kernel.h"
#include "tests/os/temp_dir.h"

namespace holdfast::os {

inline constexpr int64_t kMib = int64_t{1} << 20;

// Needs root, loop devices and e2fsprogs.
class LinuxKernelTest : public ::testing::Test {
 protected:
  LinuxKernelTest() : kernel_(LinuxKernel(metrics_)) {}

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
  }

  ~LinuxKernelTest() override {
    std::vector<MountPoint> mounts =
        kernel_.mounts->List().value_or(std::vector<MountPoint>());
    for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
      if (absl::StartsWith(mount->path, dir_.path())) {
        umount2(mount->path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
      }
    }
    for (const int number : attached_) Release(number);
  }

  void Run(const std::vector<std::string>& argv) {
    const auto result =
        kernel_.commands->Run(argv, absl::Now() + absl::Minutes(1));
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_EQ(result->exit_code, 0) << result->output;
  }

  std::string Image(const std::string& name, int64_t bytes) {
    std::ofstream(dir_ / name).flush();
    std::filesystem::resize_file(dir_ / name, static_cast<uintmax_t>(bytes));
    return dir_ / name;
  }

  // Attaches `image`; another test may take the free number first.
  std::optional<int> Attach(const std::string& image, LoopConfig config = {}) {
    if (config.name.empty()) config.name = "holdfast-os-test";
    for (int tries = 0; tries < 50; ++tries) {
      const auto fd = kernel_.files->Open(image, OpenMode::kReadWrite);
      const auto number = kernel_.loops->FindFree();
      if (!fd.ok() || !number.ok()) break;
      const absl::Status status =
          kernel_.loops->Configure(*number, fd->get(), config);
      if (status.ok()) {
        attached_.push_back(*number);
        return *number;
      }
      if (!IsErrno(status, EBUSY)) {
        ADD_FAILURE() << status;
        break;
      }
    }
    ADD_FAILURE() << "could not attach " << image;
    return std::nullopt;
  }

  // An ext4 of `bytes` on a loop device whose file may grow.
  std::optional<int> AttachExt4(int64_t bytes) {
    const std::string image = Image("ext4", bytes);
    Run({"mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", image});
    return Attach(image);
  }

  absl::StatusOr<UniqueFd> Mount(int number, MountRequest request = {}) {
    request.device = LoopPath(number);
    if (request.fs_type.empty()) request.fs_type = "ext4";
    return kernel_.mounts->MountDevice(request);
  }

  // Detaches unless somebody else has the number by now.
  void Release(int number) {
    const auto status = kernel_.loops->GetStatus(number);
    if (status.ok() && absl::StartsWith(status->name, "holdfast-os-test")) {
      kernel_.loops->Detach(number).IgnoreError();
    }
  }

  Metrics metrics_;
  Kernel kernel_;
  TempDir dir_;
  std::vector<int> attached_;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_TESTS_OS_LINUX_KERNEL_FIXTURE_H_
