#include "node/volume_mounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using backend::AttachMode;
using ::testing::UnorderedElementsAre;
using Kind = Observed::Kind;

class VolumeMountsTest : public NodeTest {
 protected:
  Observed Observe(const std::string& id, const std::string& path) {
    const auto observed = VolumeMounts(world_.parts()).Observe(id, path);
    EXPECT_TRUE(observed.ok()) << observed.status();
    return observed.value_or(Observed{});
  }
};

TEST_F(VolumeMountsTest, TellsWhatAPathHolds) {
  const std::string id = world_.Published(kMount);
  EXPECT_EQ(Observe(id, kTarget).kind, Kind::kVolume);
  EXPECT_EQ(Observe(id, kTarget).attachment.device_path, world_.Device(id));
  EXPECT_EQ(Observe(id, "/kubelet").kind, Kind::kUnmounted);
  EXPECT_EQ(Observe(id, "/no/such/path").kind, Kind::kAbsent);
  EXPECT_EQ(Observe(id, "relative").kind, Kind::kAbsent);
  EXPECT_EQ(Observe(id, kPoolPath).kind, Kind::kForeign);
  const std::string other = world_.MakeVolume(kMount, "other");
  EXPECT_EQ(Observe(other, kTarget).kind, Kind::kForeign);
  EXPECT_EQ(Observe("fake-vol-id", kTarget).kind, Kind::kForeign);
}

TEST_F(VolumeMountsTest, TellsADeviceFromItsReadOnlyOne) {
  const std::string id = world_.MakeVolume(kBlock);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id, kBlock)).ok());
  PublishSpec spec = world_.PublishOf(id, kBlock);
  spec.read_only = true;
  ASSERT_TRUE(world_.Publish(spec).ok());
  EXPECT_EQ(Observe(id, kTarget).mode, AttachMode::kReadOnly);
  EXPECT_EQ(Observe(id, BlockStagingFile(kStaging)).mode,
            AttachMode::kReadWrite);
}

TEST_F(VolumeMountsTest, ADeviceNumberUsedAgainIsAnotherVolume) {
  const std::string id = world_.Published(kBlock);
  // Somebody detaches the device under the bind, and its number is taken.
  const int number = world_.Loops().front();
  ASSERT_TRUE(world_.kernel().loops().Detach(number).ok());
  const std::string other = world_.MakeVolume(kBlock, "other");
  auto data = world_.kernel().files().Open("/pool/volumes/" + other,
                                           os::OpenMode::kReadWrite);
  ASSERT_TRUE(world_.kernel()
                  .loops()
                  .Configure(number, data->get(), {.name = other})
                  .ok());
  data->Reset();
  EXPECT_EQ(Observe(id, kTarget).kind, Kind::kForeign);
  EXPECT_EQ(world_.Publish(world_.PublishOf(id, kBlock, kOtherTarget)).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(VolumeMountsTest, FindsAllPathsOfADevice) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.Published(type);
    ASSERT_TRUE(world.Publish(world.PublishOf(id, type, kOtherTarget)).ok());
    const std::string other = world.MakeVolume(type, "other");
    world.kernel().MakeDirectories("/kubelet/staging2");
    StageSpec stage = world.StageOf(other, type);
    stage.staging_path = "/kubelet/staging2";
    ASSERT_TRUE(world.Stage(stage).ok());
    const auto attachment =
        world.backend().FindAttachment(id, AttachMode::kReadWrite);
    const auto paths = VolumeMounts(world.parts()).PathsOf(**attachment);
    ASSERT_TRUE(paths.ok()) << paths.status();
    EXPECT_THAT(*paths, UnorderedElementsAre(StagedPath(type, kStaging),
                                             kTarget, kOtherTarget));
  }
}

TEST_F(VolumeMountsTest, APathThatCannotBeLookedAtIsNotTakenForAbsent) {
  const std::string id = world_.Published(kBlock);
  const auto attachment =
      world_.backend().FindAttachment(id, AttachMode::kReadWrite);
  world_.kernel().calls().Reset();
  // After a look at the device itself and the list of mounts.
  world_.kernel().calls().FailCall(3, EIO);
  EXPECT_FALSE(VolumeMounts(world_.parts()).PathsOf(**attachment).ok());
}

TEST_F(VolumeMountsTest, AVolumePathMayBeTheDeviceOrTheStagingDirectory) {
  const std::string id = world_.Published(kBlock);
  VolumeMounts mounts(world_.parts());
  for (const std::string& path :
       {std::string(kTarget), std::string(kStaging), world_.Device(id)}) {
    EXPECT_EQ(mounts.ObserveVolumePath(id, path)->kind, Kind::kVolume) << path;
  }
  EXPECT_NE(mounts.ObserveVolumePath(id, "/dev/loop5")->kind, Kind::kVolume);
  EXPECT_NE(mounts.ObserveVolumePath(id, "/kubelet")->kind, Kind::kVolume);
}

}  // namespace
}  // namespace holdfast::node
