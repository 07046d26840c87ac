// A pool in an image file, on the kernel: never two loop devices, never two
// superblocks, whatever becomes of the daemon and its mounts.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/daemons.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/loop_device.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::root {
namespace {

constexpr int64_t kImageBytes = int64_t{2} << 30;
constexpr int64_t kVolumeBytes = int64_t{64} << 20;
constexpr absl::Duration kPatience = absl::Seconds(30);

// All loop devices that carry this name, wherever their files seem to be: with
// the mount namespace gone, a data file has no path.
std::vector<LoopEntry> LoopsNamed(const std::string& name) {
  std::vector<LoopEntry> loops = LoopsBelow("");
  std::erase_if(loops,
                [&](const LoopEntry& loop) { return loop.name != name; });
  return loops;
}

std::string DevicePath(const LoopEntry& loop) {
  return absl::StrCat("/dev/loop", loop.number);
}

// Each daemon runs in a mount namespace of its own, which goes with it.
class ImagePoolTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const std::string device,
                         MakeXfs(image_, kImageBytes, scratch_.Sub("x")));
    ASSERT_OK(InitPool(scratch_.Sub("x")));
    ASSERT_OK(UnmountImage(device, scratch_.Sub("x")));
    scratch_.MakeDirectory("s");
  }
  void TearDown() override {
    node_.reset();
    if (!volume_id_.empty()) {
      for (const LoopEntry& loop : LoopsNamed(volume_id_)) {
        DetachLoop(DevicePath(loop)).IgnoreError();
      }
    }
    if (HasFailure()) GTEST_LOG_(INFO) << Log();
  }

  absl::Status StartNode() {
    ASSIGN_OR_RETURN(
        node_,
        Process::Start(
            {.argv = {"unshare", "--mount", "--propagation", "private",
                      SiblingProgram("holdfast-node"),
                      "--endpoint=" + Endpoint("node"),
                      "--agent_endpoint=" + Endpoint("agent"),
                      "--pool=images=" + image_,
                      "--pool_mounts=" + scratch_.Sub("p"), "--node_id=node-1"},
             .output = scratch_.Sub("log")}));
    return absl::OkStatus();
  }
  absl::Status StartReady() {
    RETURN_IF_ERROR(StartNode());
    csi_.emplace(Endpoint("agent"), Endpoint("node"));
    return csi_->WaitUntilReady(absl::Now() + kPatience);
  }
  std::string Endpoint(const std::string& name) const {
    return absl::StrCat("unix://", scratch_.path(), "/", name, ".sock");
  }
  std::string Log() const {
    std::ifstream file(scratch_.Sub("log"));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  // A path as the daemon's mount namespace has it.
  std::string Inside(const std::string& path) const {
    return absl::StrCat("/proc/", node_->pid(), "/root", path);
  }
  NodeArgs Staging() {
    NodeArgs args{.volume_id = volume_id_, .staging_path = scratch_.Sub("s/v")};
    std::filesystem::create_directories(args.staging_path);
    return args;
  }
  void MakeVolumeWithData() {
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        csi_->CreateVolume({.name = "v", .bytes = kVolumeBytes}));
    volume_id_ = volume.id;
    ASSERT_OK(csi_->Stage(Staging()));
    ASSERT_OK(WriteTree(Inside(scratch_.Sub("s/v")), 1));
    ASSERT_OK_AND_ASSIGN(digest_, TreeDigest(Inside(scratch_.Sub("s/v"))));
  }
  void ExpectDataIsWhole() {
    ASSERT_OK(csi_->Stage(Staging()));
    EXPECT_EQ(*TreeDigest(Inside(scratch_.Sub("s/v"))), digest_);
  }
  // The loop device of the image; there must be exactly one.
  int ImageLoop() {
    const auto loops = LoopsBelow(image_);
    EXPECT_EQ(loops.size(), 1u);
    return loops.empty() ? -1 : loops.front().number;
  }

  Scratch scratch_;
  const std::string image_ = scratch_.Sub("image");
  std::optional<Process> node_;
  std::optional<Csi> csi_;
  std::string volume_id_;
  std::string digest_;
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
  node_->Signal(SIGTERM);
  ASSERT_OK_AND_ASSIGN(const int status, node_->Wait(absl::Now() + kPatience));
  EXPECT_EQ(status, 0);
  // As after a reboot: nothing mounted, nothing attached.
  ASSERT_OK(DetachLoop(absl::StrCat("/dev/loop", ImageLoop())));
  ASSERT_OK(StartReady());
  ExpectDataIsWhole();
  ASSERT_OK(csi_->Unstage(Staging()));
}

}  // namespace
}  // namespace holdfast::root
