// Pools in images: attached once, mounted once, taken over after restarts.

#include "backend/pool/pool_medium.h"

#include <cerrno>

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Code = absl::StatusCode;

constexpr char kImage[] = "/images/a";
constexpr char kMountPoint[] = "/run/pools/a";

class MediumTest : public ::testing::Test {
 protected:
  MediumTest() {
    kernel_.AddDisk("/images");
    MakeImage(kImage);
  }
  ~MediumTest() override {
    EXPECT_EQ(kernel_.OpenFds(), 0);
    EXPECT_THAT(kernel_.violations(), SizeIs(expected_violations_));
  }

  void MakeImage(const std::string& path) {
    {
      const auto fd = kernel_.files().Create(path);
      ASSERT_TRUE(fd.ok()) << fd.status();
      ASSERT_TRUE(kernel_.data_files().Truncate(fd->get(), kGiB).ok());
    }
    const auto made = kernel_.commands().Run({"mkfs.xfs", path},
                                             absl::Now() + absl::Seconds(10));
    ASSERT_TRUE(made.ok()) << made.status();
    ASSERT_EQ(made->exit_code, 0) << made->output;
    const auto fd = kernel_.files().Open(path, os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel_.data_files().Sync(fd->get()).ok());
    ASSERT_TRUE(kernel_.files().SyncDirectory("/images").ok());
  }
  MediumParts Os() {
    return {kernel_.files(), kernel_.data_files(), kernel_.loops(),
            kernel_.mounts()};
  }
  absl::StatusOr<std::string> Open(const std::string& path = kImage,
                                   const std::string& at = kMountPoint) {
    return OpenMedium(Os(), {.path = path, .mount_point = at});
  }
  // As somebody does who knows nothing of the pool.
  int AttachByHand(os::LoopMode mode) {
    const auto fd = kernel_.files().Open(kImage, os::OpenMode::kReadWrite);
    const int number = kernel_.loops().FindFree().value();
    EXPECT_TRUE(
        kernel_.loops().Configure(number, fd->get(), {.mode = mode}).ok());
    return number;
  }

  fakes::FakeKernel kernel_;
  size_t expected_violations_ = 0;
};

TEST_F(MediumTest, ADirectoryIsItself) {
  EXPECT_EQ(Open("/images").value(), "/images");
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
}

TEST_F(MediumTest, AnImageIsAttachedAndMounted) {
  EXPECT_EQ(Open().value(), kMountPoint);
  EXPECT_THAT(kernel_.MountedPaths(), ElementsAre(kMountPoint));
  ASSERT_THAT(kernel_.AttachedLoops(), SizeIs(1));
  const auto status = kernel_.loops().GetStatus(kernel_.AttachedLoops()[0]);
  EXPECT_TRUE(status->direct_io);
}

TEST_F(MediumTest, WhatIsMountedAlreadyIsUsed) {
  ASSERT_TRUE(Open().ok());
  kernel_.RestartProcess();
  EXPECT_EQ(Open().value(), kMountPoint);
  EXPECT_THAT(kernel_.AttachedLoops(), SizeIs(1));
  EXPECT_THAT(kernel_.MountedPaths(), SizeIs(1));
}

TEST_F(MediumTest, ALoopDeviceThatIsLeftIsTakenOver) {
  ASSERT_TRUE(Open().ok());
  const auto loops = kernel_.AttachedLoops();
  ASSERT_TRUE(kernel_.mounts().Unmount(kMountPoint).ok());
  EXPECT_EQ(Open().value(), kMountPoint);
  EXPECT_EQ(kernel_.AttachedLoops(), loops);
}

TEST_F(MediumTest, ALoopDeviceThatIsTakenOverPassesFlushesOn) {
  ASSERT_TRUE(Open().ok());
  const int number = kernel_.AttachedLoops().front();
  kernel_.DropFlushes(number);
  kernel_.RestartProcess();
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(kernel_.PassesFlushesOn(number));
}

TEST_F(MediumTest, AfterARebootItIsAttachedAgain) {
  ASSERT_TRUE(Open().ok());
  kernel_.PowerCut();
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
  EXPECT_EQ(Open().value(), kMountPoint);
  EXPECT_THAT(kernel_.AttachedLoops(), SizeIs(1));
}

TEST_F(MediumTest, ASecondWriterIsRefusedAndNamed) {
  ASSERT_TRUE(Open().ok());
  const int foreign = AttachByHand(os::LoopMode::kReadWrite);
  expected_violations_ = 1;
  const absl::Status refused = Open().status();
  EXPECT_THAT(refused, HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(refused, SaysAll(std::vector<std::string>{os::LoopPath(foreign),
                                                        "losetup -d"}));
  ASSERT_TRUE(kernel_.loops().Detach(foreign).ok());
  EXPECT_TRUE(Open().ok());
}

TEST_F(MediumTest, AReaderDoesNoHarm) {
  ASSERT_TRUE(Open().ok());
  AttachByHand(os::LoopMode::kReadOnly);
  EXPECT_TRUE(Open().ok());
}

TEST_F(MediumTest, ACopyOfAMountedImageIsRefusedByTheKernel) {
  ASSERT_TRUE(Open().ok());
  {
    const auto from = kernel_.files().Open(kImage, os::OpenMode::kReadOnly);
    const auto to = kernel_.files().Create("/images/b");
    ASSERT_TRUE(kernel_.data_files().Clone(to->get(), from->get()).ok());
  }
  const absl::Status refused = Open("/images/b", "/run/pools/b").status();
  EXPECT_THAT(refused, HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(refused, SaysAll(std::vector<std::string>{"duplicate UUID"}));
  EXPECT_THAT(kernel_.AttachedLoops(), SizeIs(1)) << "its own is taken back";
}

TEST_F(MediumTest, AnotherMountInItsPlaceIsRefused) {
  kernel_.AddDisk(kMountPoint);
  EXPECT_THAT(Open().status(), HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
}

TEST_F(MediumTest, AnImageThatIsOpenIsWaitedFor) {
  {
    const auto user = kernel_.files().Open(kImage, os::OpenMode::kReadWrite);
    EXPECT_THAT(Open().status(), HasCode(Code::kUnavailable));
    const auto lock = kernel_.data_files().Lock(user->get());
    EXPECT_THAT(Open().status(), HasCode(Code::kUnavailable));
    EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
  }
  EXPECT_TRUE(Open().ok());
}

TEST_F(MediumTest, WithoutDirectIoItWorksAllTheSame) {
  kernel_.SetDirectIoWorks(false);
  EXPECT_TRUE(Open().ok());
  EXPECT_THAT(kernel_.AttachedLoops(), SizeIs(1));
}

TEST_F(MediumTest, WhatIsNoPoolSaysWhatToDo) {
  EXPECT_THAT(Open("/images/none").status(), HasCode(Code::kNotFound));
  kernel_.AddSymlink("/images/link");
  EXPECT_THAT(Open("/images/link").status(),
              HasCode(Code::kFailedPrecondition));
  kernel_.WipeSuperblock(kImage);
  const absl::Status refused = Open().status();
  EXPECT_THAT(refused, HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(refused, SaysAll(std::vector<std::string>{"pool init"}));
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
}

TEST_F(MediumTest, FailureOfAnyStepLeavesAtMostOneLoopDeviceAndTheNextOpens) {
  ASSERT_TRUE(Open().ok());
  const auto calls = kernel_.calls().List();
  for (size_t i = 0; i < calls.size(); ++i) {
    for (const int error : fakes::ErrnosOf(calls[i].name)) {
      kernel_.PowerCut();
      kernel_.calls().Reset();
      kernel_.calls().FailCall(static_cast<int>(i) + 1, error);
      (void)Open();
      kernel_.calls().ClearFaults();
      EXPECT_LE(kernel_.AttachedLoops().size(), 1u) << calls[i].name;
      const auto opened = Open();
      EXPECT_TRUE(opened.ok()) << calls[i].name << opened.status();
      EXPECT_THAT(kernel_.AttachedLoops(), SizeIs(1)) << calls[i].name;
    }
  }
}

}  // namespace
}  // namespace holdfast::pool
