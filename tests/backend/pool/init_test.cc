// New pools in images and on devices.

#include "backend/pool/pool_init.h"

#include <cerrno>

#include "backend/pool/pool_mkfs.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Code = absl::StatusCode;

constexpr char kImage[] = "/images/a";

class InitTest : public ::testing::Test {
 protected:
  InitTest() { kernel_.AddDisk("/images"); }
  ~InitTest() override {
    EXPECT_EQ(kernel_.OpenFds(), 0);
    EXPECT_THAT(kernel_.violations(), IsEmpty());
  }

  InitParts Os() {
    return {{kernel_.files(), kernel_.data_files(), kernel_.loops(),
             kernel_.mounts()},
            kernel_.file_systems(),
            kernel_.commands()};
  }
  absl::StatusOr<PoolHeader> Init(int64_t size = kGiB) {
    return InitImage(Os(), {.path = kImage, .size_bytes = size});
  }
  // The uuid of the pool in the image, as a daemon finds it.
  absl::StatusOr<std::string> OpenedUuid() {
    const auto directory = OpenMedium(
        Os().medium, {.path = kImage, .mount_point = "/run/pools/a"});
    if (!directory.ok()) return directory.status();
    const auto header =
        ReadHeader({kernel_.files(), kernel_.data_files()}, Layout(*directory));
    if (!header.ok()) return header.status();
    return header->uuid;
  }
  // A loop device without a file system, as a device.
  std::string Device(const std::string& disk = "/images/disk") {
    {
      const auto fd = kernel_.files().Create(disk);
      EXPECT_TRUE(kernel_.data_files().Truncate(fd->get(), kGiB).ok());
    }
    const auto fd = kernel_.files().Open(disk, os::OpenMode::kReadWrite);
    const int number = kernel_.loops().FindFree().value();
    EXPECT_TRUE(kernel_.loops().Configure(number, fd->get(), {}).ok());
    return os::LoopPath(number);
  }
  void Write(const std::string& device, const std::string& data) {
    const auto fd = kernel_.files().Open(device, os::OpenMode::kReadWrite);
    ASSERT_TRUE(fd.ok()) << fd.status();
    ASSERT_TRUE(kernel_.files().WriteAll(fd->get(), data).ok());
  }
  DeviceSpec SpecOf(const std::string& device) {
    return {.path = device, .mount_point = "/run/init"};
  }

  fakes::FakeKernel kernel_;
};

TEST_F(InitTest, AnImageIsAWholePoolAndNothingElseIsLeft) {
  const auto header = Init();
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_THAT(kernel_.PathsUnder("/images"), ElementsAre(kImage));
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
  kernel_.PowerCut();
  EXPECT_EQ(OpenedUuid().value_or("none"), header->uuid);
}

TEST_F(InitTest, AnImageIsAllocatedInFull) {
  ASSERT_TRUE(Init().ok());
  EXPECT_GE(kernel_.files().Stat(kImage)->allocated_bytes, kGiB);
}

TEST_F(InitTest, WhatExistsIsNotTouched) {
  ASSERT_TRUE(Init().ok());
  EXPECT_THAT(Init().status(), HasCode(Code::kAlreadyExists));
}

TEST_F(InitTest, OneAtATimeInADirectory) {
  const auto other = kernel_.files().Open("/images", os::OpenMode::kDirectory);
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(kernel_.data_files().Lock(other->get()).ok());
  EXPECT_THAT(Init().status(), HasCode(Code::kUnavailable));
  EXPECT_THAT(kernel_.PathsUnder("/images"), IsEmpty());
}

TEST_F(InitTest, AnImageLeavesTheHostAMargin) {
  const int64_t total = kernel_.files().StatFileSystem("/images")->total_bytes;
  const absl::Status refused = Init(total * 95 / 100).status();
  EXPECT_THAT(refused, HasCode(Code::kResourceExhausted));
  EXPECT_THAT(refused, SaysAll(std::vector<std::string>{"It may have"}));
  EXPECT_THAT(kernel_.PathsUnder("/images"), IsEmpty());
}

TEST_F(InitTest, AnImageThatIsTooSmallIsOutOfRange) {
  EXPECT_THAT(Init(kLeastPoolBytes - 1).status(), HasCode(Code::kOutOfRange));
}

TEST_F(InitTest, WhatIsCutShortIsNoPoolAndTheNextTryCompletes) {
  ASSERT_TRUE(Init().ok());
  const int calls = static_cast<int>(kernel_.calls().List().size());
  for (int i = 1; i <= calls; ++i) {
    (void)kernel_.files().Unlink(kImage);
    kernel_.calls().StopAt(i);
    (void)Init();
    kernel_.RestartProcess();
    const absl::Status again = Init().status();
    EXPECT_TRUE(again.ok() || absl::IsAlreadyExists(again)) << i << again;
    EXPECT_THAT(kernel_.PathsUnder("/images"), ElementsAre(kImage)) << i;
    EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty()) << i;
  }
}

TEST_F(InitTest, ABlankDeviceBecomesAPool) {
  const std::string device = Device();
  const auto header = InitDevice(Os(), SpecOf(device));
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
  const auto directory =
      OpenMedium(Os().medium, {.path = device, .mount_point = "/run/pools/a"});
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ(
      ReadHeader({kernel_.files(), kernel_.data_files()}, Layout(*directory))
          ->uuid,
      header->uuid);
}

TEST_F(InitTest, WhatACutShortInitOfADeviceMountedIsTakenOff) {
  const std::string device = Device();
  ASSERT_TRUE(InitDevice(Os(), SpecOf(device)).ok());
  ASSERT_TRUE(
      OpenMedium(Os().medium, {.path = device, .mount_point = "/run/init"})
          .ok());
  EXPECT_THAT(InitDevice(Os(), SpecOf(device)).status(),
              HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
}

TEST_F(InitTest, ADeviceWithAnythingOnItIsRefused) {
  const std::string device = Device();
  Write(device, "data");
  const absl::Status data = InitDevice(Os(), SpecOf(device)).status();
  EXPECT_THAT(data, HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(kernel_.formatted_paths(), IsEmpty());
  const std::string blank = Device("/images/blank");
  ASSERT_TRUE(InitDevice(Os(), SpecOf(blank)).ok());
  const absl::Status formatted = InitDevice(Os(), SpecOf(blank)).status();
  EXPECT_THAT(formatted, HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(formatted, SaysAll(std::vector<std::string>{"xfs", "wipefs"}));
  EXPECT_EQ(kernel_.formatted_paths().size(), 1u);
}

TEST_F(InitTest, ADirectoryIsNoDevice) {
  EXPECT_THAT(InitDevice(Os(), SpecOf("/images")).status(),
              HasCode(Code::kInvalidArgument));
}

}  // namespace
}  // namespace holdfast::pool
