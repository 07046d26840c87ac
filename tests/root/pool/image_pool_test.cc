// A pool in an image file, on the kernel: never two loop devices, never two
// superblocks, whatever becomes of the daemon and its mounts.

#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/root/fixture/daemons.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/pool/pool_place_fixture.h"

namespace holdfast::root {
namespace {

class ImagePoolTest : public PoolPlaceTest {
 protected:
  void SetUp() override {
    place_ = image_;
    ASSERT_OK_AND_ASSIGN(const std::string device,
                         MakeXfs(image_, kDiskBytes, scratch_.Sub("x")));
    ASSERT_OK(InitPool(scratch_.Sub("x")));
    ASSERT_OK(UnmountImage(device, scratch_.Sub("x")));
  }
  // The loop device of the image; there must be exactly one.
  int ImageLoop() {
    const auto loops = LoopsBelow(image_);
    EXPECT_EQ(loops.size(), 1u);
    return loops.empty() ? -1 : loops.front().number;
  }

  const std::string image_ = scratch_.Sub("image");
};

TEST_F(ImagePoolTest, IsTakenOverWhenTheMountNamespaceIsGoneUnderABusyVolume) {
  ASSERT_OK(StartReady());
  MakeVolumeWithData();
  const int image_loop = ImageLoop();
  const auto volume_loops = LoopsNamed(volume_id_);
  ASSERT_EQ(volume_loops.size(), 1u);

  node_->Kill();
  EXPECT_TRUE(MountsBelow(scratch_.Sub("p")).empty());
  ASSERT_EQ(LoopsNamed(volume_id_).size(), 1u) << "the volume is not busy";

  ASSERT_OK(StartReady());
  EXPECT_EQ(ImageLoop(), image_loop);
  ExpectDataIsWhole();
  ASSERT_EQ(LoopsNamed(volume_id_).size(), 1u);
  EXPECT_EQ(LoopsNamed(volume_id_)[0].number, volume_loops[0].number);
  ASSERT_OK(csi_->Unstage(Staging()));
  ASSERT_OK(csi_->DeleteVolume(volume_id_));
}

TEST_F(ImagePoolTest, ASecondLoopDeviceIsRefusedUntilItIsGone) {
  ASSERT_OK(StartReady());
  MakeVolumeWithData();
  node_->Kill();
  ASSERT_OK_AND_ASSIGN(const std::string foreign, AttachLoop(image_));

  ASSERT_OK(StartNode());
  ASSERT_OK_AND_ASSIGN(const int status, node_->Wait(absl::Now() + kPatience));
  EXPECT_NE(status, 0);
  EXPECT_NE(Log().find("attached more than once"), std::string::npos);
  EXPECT_NE(Log().find(foreign), std::string::npos);

  ASSERT_OK(DetachLoop(foreign));
  ASSERT_OK(StartReady());
  ExpectDataIsWhole();
  ASSERT_OK(csi_->Unstage(Staging()));
}

TEST_F(ImagePoolTest, AfterAnOrderlyEndAndADetachItIsAttachedAgain) {
  ASSERT_OK(StartReady());
  MakeVolumeWithData();
  ASSERT_OK(csi_->Unstage(Staging()));
  csi_.reset();  // or the daemon waits for its connections
  node_->Signal(SIGTERM);
  ASSERT_OK_AND_ASSIGN(const int status, node_->Wait(absl::Now() + kPatience));
  EXPECT_EQ(status, 0);
  // As after a reboot: nothing mounted, nothing attached.
  ASSERT_OK(DetachLoop(absl::StrCat("/dev/loop", ImageLoop())));
  ASSERT_OK(StartReady());
  ExpectDataIsWhole();
  ASSERT_OK(csi_->Unstage(Staging()));
}

// Its first daemon is `holdfast pool init`, and there is nothing else yet.
class NewImageTest : public PoolPlaceTest {
 protected:
  absl::Status Init() {
    return RunProgram({SiblingProgram("holdfast"), "pool", "init",
                       "--image=" + place_, "--size=512MiB"})
        .status();
  }
  absl::Status Upgrade() {
    return RunProgram({SiblingProgram("holdfast"), "pool", "upgrade", place_})
        .status();
  }
  void SetUp() override { place_ = scratch_.Sub("new"); }
};

TEST_F(NewImageTest, IsMadeAsAWholeAndServed) {
  ASSERT_OK(Init());
  EXPECT_TRUE(LoopsBelow(scratch_.path()).empty());
  EXPECT_TRUE(MountsBelow(scratch_.path()).empty());
  EXPECT_NE(Init().message().find("exists"), absl::string_view::npos);
  ASSERT_OK(Upgrade());
  EXPECT_TRUE(LoopsBelow(scratch_.path()).empty());
  ASSERT_OK(StartReady());
  MakeVolumeWithData();
  ASSERT_OK(csi_->Unstage(Staging()));
}

TEST_F(NewImageTest, IsNotUpgradedNorDetachedWhileItIsServed) {
  ASSERT_OK(Init());
  ASSERT_OK(StartReady());
  const absl::Status refused = Upgrade();
  EXPECT_NE(refused.message().find("another process"), absl::string_view::npos)
      << refused;
  EXPECT_EQ(LoopsBelow(place_).size(), 1u);
  MakeVolumeWithData();
  ASSERT_OK(csi_->Unstage(Staging()));
}

}  // namespace
}  // namespace holdfast::root
