// What may show a device, with the kernel's help and without.

#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/os/linux_kernel_fixture.h"

namespace holdfast::os {
namespace {

using ::testing::ContainerEq;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint32_t kStatMount = 457;
constexpr uint32_t kListMount = 458;

using Shown = std::tuple<std::string, std::string, uint32_t, uint32_t>;

std::vector<Shown> Sorted(const std::vector<ShownMount>& mounts) {
  std::vector<Shown> shown;
  for (const ShownMount& mount : mounts) {
    shown.emplace_back(mount.path, mount.root, mount.file_system.major,
                       mount.file_system.minor);
  }
  std::sort(shown.begin(), shown.end());
  return shown;
}

// For the calling thread and for ever (seccomp(2)).
void RefuseFromNowOn(uint32_t call, uint32_t error) {
  std::array<sock_filter, 4> filter = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program = {filter.size(), filter.data()};
  ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  ASSERT_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

class LinuxMountsTest : public LinuxKernelTest {
 protected:
  std::vector<ShownMount> Of(int number) {
    const auto shown = kernel_.mounts->ListOf(
        {.major = 7, .minor = static_cast<uint32_t>(number)},
        absl::StrCat("loop", number));
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.value_or(std::vector<ShownMount>());
  }

  // The same by mountinfo.
  std::vector<ShownMount> Filtered(int number) {
    std::vector<ShownMount> shown;
    const auto all = kernel_.mounts->List();
    EXPECT_TRUE(all.ok()) << all.status();
    for (const auto& mount : all.value_or(std::vector<MountPoint>())) {
      const ShownMount one = {mount.path, mount.root, mount.file_system};
      if (MayShow(one, {.major = 7, .minor = static_cast<uint32_t>(number)},
                  absl::StrCat("loop", number))) {
        shown.push_back(one);
      }
    }
    return shown;
  }

  void MountAt(int number, const std::string& path,
               const std::string& type = "ext4") {
    std::filesystem::create_directory(path);
    const auto mount = Mount(number, {.fs_type = type});
    ASSERT_TRUE(mount.ok()) << mount.status();
    const absl::Status attached = kernel_.mounts->Attach(mount->get(), path);
    ASSERT_TRUE(attached.ok()) << attached;
  }

  void BindNode(int number, const std::string& path) {
    std::ofstream(path).flush();
    const auto node = kernel_.mounts->CloneMount(LoopPath(number));
    ASSERT_TRUE(node.ok()) << node.status();
    const absl::Status attached = kernel_.mounts->Attach(node->get(), path);
    ASSERT_TRUE(attached.ok()) << attached;
  }

  void ExpectAsByMountinfo(int number) {
    EXPECT_THAT(Sorted(Of(number)), ContainerEq(Sorted(Filtered(number))));
    EXPECT_THAT(Of(number), Not(IsEmpty()));
  }

  // Successful ones so far.
  int Calls(const std::string& call) {
    const std::string text = metrics_.Expose();
    const std::string name = absl::StrCat("os_call_seconds_count{call=\"", call,
                                          "\",error=\"ok\"} ");
    const size_t at = text.find(name);
    return at == std::string::npos ? 0
                                   : std::stoi(text.substr(at + name.size()));
  }

  bool KernelTells() {
    return syscall(kListMount, nullptr, nullptr, 0, 0) == -1 && errno != ENOSYS;
  }
};

TEST_F(LinuxMountsTest, SaysWhatMountinfoSays) {
  const auto number = AttachExt4(8 * kMib);
  ASSERT_TRUE(number.has_value());
  MountAt(*number, dir_ / "a");
  BindNode(*number, dir_ / "node of it");
  ExpectAsByMountinfo(*number);
  EXPECT_EQ(Of(*number).size(), 2u);
}

// Its number in mountinfo is no device's.
TEST_F(LinuxMountsTest, ABtrfsIsKnownByItsDevice) {
  const std::string image = Image("btrfs", 256 * kMib);
  Run({"mkfs.btrfs", "-q", image});
  const auto number = Attach(image);
  ASSERT_TRUE(number.has_value());
  MountAt(*number, dir_ / "b", "btrfs");
  ExpectAsByMountinfo(*number);
}

TEST_F(LinuxMountsTest, WithoutTheKernelsHelpMountinfoIsRead) {
  const auto number = AttachExt4(8 * kMib);
  ASSERT_TRUE(number.has_value());
  MountAt(*number, dir_ / "a");
  for (const auto& [call, error] :
       {std::pair{kListMount, ENOSYS}, std::pair{kStatMount, EPERM}}) {
    std::thread([&, call = call, error = error] {
      RefuseFromNowOn(call, static_cast<uint32_t>(error));
      LinuxMountsTest::ExpectAsByMountinfo(*number);
    }).join();
  }
}

TEST_F(LinuxMountsTest, WhatIsKnownAlreadyIsNotAskedForAgain) {
  if (!KernelTells()) GTEST_SKIP() << "listmount came with Linux 6.8";
  const auto number = AttachExt4(8 * kMib);
  ASSERT_TRUE(number.has_value());
  MountAt(*number, dir_ / "a");
  Of(*number);
  const int asked = Calls("statmount");
  const int read = Calls("read");
  EXPECT_GT(asked, 0);
  EXPECT_EQ(Of(*number).size(), 1u);
  EXPECT_LE(Calls("statmount") - asked, 5)
      << "the match, and what others mount now";
  EXPECT_EQ(Calls("read"), read) << "of mountinfo";
}

TEST_F(LinuxMountsTest, EachCallerSeesItsOwnWhileOthersComeAndGo) {
  constexpr int kCallers = 4;
  constexpr int kRounds = 50;
  std::vector<int> numbers;
  for (int i = 0; i < kCallers; ++i) {
    const auto number = Attach(Image(absl::StrCat("image", i), kMib));
    ASSERT_TRUE(number.has_value());
    numbers.push_back(*number);
  }
  std::vector<std::thread> callers;
  for (const int number : numbers) {
    callers.emplace_back([this, number] {
      const std::string path = dir_ / absl::StrCat("node", number);
      for (int i = 0; i < kRounds; ++i) {
        BindNode(number, path);
        EXPECT_EQ(Of(number).size(), 1u);
        EXPECT_TRUE(kernel_.mounts->Unmount(path).ok());
        EXPECT_THAT(Of(number), IsEmpty());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

}  // namespace
}  // namespace holdfast::os
