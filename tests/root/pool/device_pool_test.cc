// A pool on a block device, on the kernel. The disk is a loop device.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/root/pool/pool_place_fixture.h"

namespace holdfast::root {
namespace {

class DevicePoolTest : public PoolPlaceTest {
 protected:
  void SetUp() override {
    std::ofstream(disk_).close();
    std::filesystem::resize_file(disk_, kDiskBytes);
    ASSERT_OK_AND_ASSIGN(place_, AttachLoop(disk_));
  }
  absl::Status Init() {
    return RunProgram({SiblingProgram("holdfast"), "pool", "init",
                       "--device=" + place_})
        .status();
  }
  std::string TypeOnDisk() {
    // Fails, and says nothing, if there is none.
    return RunProgram({"blkid", "-p", "-s", "TYPE", "-o", "value", place_})
        .value_or("");
  }
  void WriteByte(int64_t at) {
    std::fstream device(place_,
                        std::ios::binary | std::ios::in | std::ios::out);
    device.seekp(at);
    device << 'x';
    device.close();
    ASSERT_TRUE(device.good());
  }

  const std::string disk_ = scratch_.Sub("disk");
};

TEST_F(DevicePoolTest, AFileSystemOnTheDeviceIsNotOverwritten) {
  ASSERT_OK(RunProgram({"mkfs.ext4", "-q", place_}));
  const absl::Status refused = Init();
  EXPECT_NE(refused.message().find("not blank"), absl::string_view::npos)
      << refused;
  EXPECT_EQ(TypeOnDisk(), "ext4\n");
}

TEST_F(DevicePoolTest, DataAtEitherEndIsNotOverwritten) {
  for (const int64_t at : {int64_t{4096}, kDiskBytes - 1}) {
    WriteByte(at);
    const absl::Status refused = Init();
    EXPECT_NE(refused.message().find("not blank"), absl::string_view::npos)
        << refused;
    EXPECT_EQ(TypeOnDisk(), "");
    ASSERT_OK(RunProgram({"blkdiscard", "--zeroout", place_}));
  }
  EXPECT_OK(Init());
}

TEST_F(DevicePoolTest, APoolIsNotMadeTwice) {
  ASSERT_OK(Init());
  EXPECT_NE(Init().message().find("not blank"), absl::string_view::npos);
  ASSERT_OK(
      RunProgram({SiblingProgram("holdfast"), "pool", "upgrade", place_}));
}

TEST_F(DevicePoolTest, IsServedAgainAfterAnOrderlyEnd) {
  ASSERT_OK(Init());
  ASSERT_OK(StartReady());
  MakeVolumeWithData();
  ASSERT_OK(csi_->Unstage(Staging()));
  csi_.reset();  // or the daemon waits for its connections
  node_->Signal(SIGTERM);
  ASSERT_OK_AND_ASSIGN(const int status, node_->Wait(absl::Now() + kPatience));
  EXPECT_EQ(status, 0);
  ASSERT_OK(StartReady());
  ExpectDataIsWhole();
  ASSERT_OK(csi_->Unstage(Staging()));
}

TEST_F(DevicePoolTest, IsTakenOverWhenTheMountNamespaceIsGoneUnderABusyVolume) {
  ASSERT_OK(Init());
  ASSERT_OK(StartReady());
  MakeVolumeWithData();
  const auto before = LoopsNamed(volume_id_);
  ASSERT_EQ(before.size(), 1u);

  node_->Kill();
  EXPECT_TRUE(MountsBelow(scratch_.Sub("p")).empty());
  ASSERT_OK(StartReady());
  ExpectDataIsWhole();
  const auto after = LoopsNamed(volume_id_);
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].number, before[0].number);
  ASSERT_OK(csi_->Unstage(Staging()));
  ASSERT_OK(csi_->DeleteVolume(volume_id_));
}

}  // namespace
}  // namespace holdfast::root
