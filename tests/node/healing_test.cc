// DeleteVolume ends a stage that nobody will undo, and nothing else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "node/healing_backend.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AccessType;
using backend::AttachMode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kKubeletMount[] =
    "/var/lib/kubelet/plugins/kubernetes.io/csi/holdfast.example/0a1b/"
    "globalmount";
constexpr char kKubeletBlock[] =
    "/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices/staging/pvc-1";

class HealingTest : public NodeTest {
 protected:
  static std::string StageAt(World& world, AccessType type,
                             const std::string& path = kStaging) {
    const std::string id = world.MakeVolume(type);
    world.kernel().MakeDirectories(path);
    StageSpec spec = world.StageOf(id, type);
    spec.staging_path = path;
    EXPECT_TRUE(world.Stage(spec).ok());
    return id;
  }
  static void ExpectGone(World& world, const std::string& id) {
    EXPECT_THAT(world.MountedPaths(), IsEmpty());
    EXPECT_THAT(world.Loops(), IsEmpty());
    EXPECT_FALSE(world.Exists("/pool/volumes/" + id));
  }
  // What holds the volume is named, and everything is as it was.
  static void ExpectRefused(World& world, const std::string& id,
                            const std::string& named) {
    const auto mounts = world.MountedPaths();
    const auto loops = world.Loops();
    const absl::Status status = world.Delete(id);
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(named));
    EXPECT_EQ(world.MountedPaths(), mounts);
    EXPECT_EQ(world.Loops(), loops);
    EXPECT_TRUE(world.Exists("/pool/volumes/" + id));
  }
  absl::StatusOr<backend::Volume> MakeXfs(const std::string& name) {
    Operation operation("test");
    return world_.backend().CreateVolume(
        {.name = name,
         .capacity = {.required_bytes = 512 * kMiB},
         .access_type = kMount,
         .fs_type = "xfs"},
        operation);
  }
  // A copy of what is mounted at `path`, without a place: as another mount
  // namespace has it.
  static UniqueFd CopyElsewhere(World& world, const std::string& path) {
    auto copy = world.kernel().mounts().CloneMount(path);
    EXPECT_TRUE(copy.ok()) << copy.status();
    return *std::move(copy);
  }
};

TEST_F(HealingTest, WhatThisProcessStagedIsUnstagedAndDeleted) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = StageAt(world, type);
    EXPECT_TRUE(world.Delete(id).ok());
    ExpectGone(world, id);
    EXPECT_THAT(world.kernel().PathsUnder(kStaging), IsEmpty());
  }
}

TEST_F(HealingTest, AfterARestartOnlyTheKubeletsPathsAreStagingPaths) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = StageAt(world, type);
    world.RestartDaemon();
    ExpectRefused(world, id, StagedPath(type, kStaging));
  }
  for (const auto& [type, path] :
       {std::pair(kMount, kKubeletMount), std::pair(kBlock, kKubeletBlock)}) {
    World world;
    const std::string id = StageAt(world, type, path);
    world.RestartDaemon();
    EXPECT_TRUE(world.Delete(id).ok());
    ExpectGone(world, id);
  }
}

TEST_F(HealingTest, SeveralStagesAndLayersAllGo) {
  const std::string id = StageAt(world_, kMount);
  StageSpec second = world_.StageOf(id);
  second.staging_path = kKubeletMount;
  world_.kernel().MakeDirectories(kKubeletMount);
  ASSERT_TRUE(world_.Stage(second).ok());
  {
    const UniqueFd copy = CopyElsewhere(world_, kStaging);
    ASSERT_TRUE(world_.kernel().mounts().Attach(copy.get(), kStaging).ok());
  }
  EXPECT_TRUE(world_.Delete(id).ok());
  ExpectGone(world_, id);
}

TEST_F(HealingTest, ADeviceThatNothingShowsIsDetached) {
  for (const auto mode : {AttachMode::kReadWrite, AttachMode::kReadOnly}) {
    World world;
    const std::string id = world.MakeVolume(kBlock);
    Operation operation("test");
    ASSERT_TRUE(world.backend().Attach(id, mode, operation).ok());
    world.RestartDaemon();
    EXPECT_TRUE(world.Delete(id).ok());
    ExpectGone(world, id);
  }
}

TEST_F(HealingTest, APublishedVolumeIsInUse) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.Published(type);
    ExpectRefused(world, id, kTarget);
  }
}

TEST_F(HealingTest, AVolumePublishedReadOnlyIsInUse) {
  const std::string id = StageAt(world_, kBlock);
  PublishSpec spec = world_.PublishOf(id, kBlock);
  spec.read_only = true;
  ASSERT_TRUE(world_.Publish(spec).ok());
  ExpectRefused(world_, id, kTarget);
}

TEST_F(HealingTest, AMountThatLivesOnElsewhereBringsTheStageBack) {
  const std::string id = world_.MakeVolume(kMount);
  StageSpec spec = world_.StageOf(id);
  spec.flags.options = {{"context", "s0:c1,c2"}};
  spec.flags.attributes.noexec = true;
  ASSERT_TRUE(world_.Stage(spec).ok());
  {
    const UniqueFd elsewhere = CopyElsewhere(world_, kStaging);
    ExpectRefused(world_, id, world_.Device(id));
    EXPECT_TRUE(world_.kernel().mounts().List()->back().attributes.noexec);
    EXPECT_TRUE(world_.Publish(world_.PublishOf(id)).ok());
    EXPECT_TRUE(world_.Unpublish(id).ok());
  }
  EXPECT_TRUE(world_.Delete(id).ok());
}

// All clones of an XFS template have one uuid.
TEST_F(HealingTest, AnXfsBesideItsTwinIsMountedBack) {
  std::vector<std::string> ids;
  for (const char* name : {"a", "b"}) {
    const auto volume = MakeXfs(name);
    ASSERT_TRUE(volume.ok()) << volume.status();
    ids.push_back(volume->id);
    StageSpec spec = world_.StageOf(volume->id);
    spec.staging_path = absl::StrCat("/kubelet/", name);
    world_.kernel().MakeDirectories(spec.staging_path);
    ASSERT_TRUE(world_.Stage(spec).ok());
  }
  const UniqueFd elsewhere = CopyElsewhere(world_, "/kubelet/b");
  ExpectRefused(world_, ids.back(), world_.Device(ids.back()));
}

TEST_F(HealingTest, BesideAForeignDeviceNothingIsTouched) {
  const std::string id = StageAt(world_, kMount);
  {
    const auto fd = world_.kernel().files().Open("/pool/volumes/" + id,
                                                 os::OpenMode::kReadOnly);
    ASSERT_TRUE(world_.kernel()
                    .loops()
                    .Configure(7, fd->get(),
                               {.name = "x", .mode = os::LoopMode::kReadOnly})
                    .ok());
  }
  world_.kernel().calls().Reset();
  ExpectRefused(world_, id, "/dev/loop7");
  EXPECT_EQ(world_.kernel().calls().Count("Mounts.Unmount"), 0);
  EXPECT_EQ(world_.kernel().calls().Count("LoopDevices.DetachIf"), 0);
}

TEST_F(HealingTest, AMountThatOnlyLivesElsewhereIsNamed) {
  const std::string id = StageAt(world_, kMount);
  {
    const UniqueFd elsewhere = CopyElsewhere(world_, kStaging);
    EXPECT_FALSE(world_.Unstage(id).ok());
    ExpectRefused(world_, id, "another mount namespace");
  }
  EXPECT_TRUE(world_.Delete(id).ok());
}

TEST_F(HealingTest, ABusyStageStaysWithAllOthers) {
  const std::string id = StageAt(world_, kMount);
  StageSpec second = world_.StageOf(id);
  second.staging_path = kKubeletMount;
  world_.kernel().MakeDirectories(kKubeletMount);
  ASSERT_TRUE(world_.Stage(second).ok());
  auto user =
      world_.kernel().files().Open(kKubeletMount, os::OpenMode::kDirectory);
  const absl::Status status = world_.Delete(id);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(kKubeletMount));
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kKubeletMount, kStaging));
  user->Reset();
  EXPECT_TRUE(world_.Delete(id).ok());
}

// Bound again, its node could come to stand for another volume.
TEST_F(HealingTest, AnOpenBlockDeviceGoesWithWhoHasItOpen) {
  const std::string id = StageAt(world_, kBlock);
  auto user =
      world_.kernel().files().Open(world_.Device(id), os::OpenMode::kReadOnly);
  EXPECT_EQ(world_.Delete(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  EXPECT_TRUE(world_.Exists("/pool/volumes/" + id));
  user->Reset();
  EXPECT_TRUE(world_.Delete(id).ok());
}

TEST_F(HealingTest, AForeignMountOnTopIsNeitherUnmountedNorUndermined) {
  const std::string id = StageAt(world_, kMount);
  const std::string other = world_.MakeVolume(kMount, "other");
  world_.kernel().MakeDirectories("/kubelet/other");
  StageSpec spec = world_.StageOf(other);
  spec.staging_path = "/kubelet/other";
  ASSERT_TRUE(world_.Stage(spec).ok());
  {
    const UniqueFd copy = CopyElsewhere(world_, "/kubelet/other");
    ASSERT_TRUE(world_.kernel().mounts().Attach(copy.get(), kStaging).ok());
  }
  ExpectRefused(world_, id, kStaging);
}

TEST_F(HealingTest, AFileThatAProcessHasOpenIsNotOurs) {
  const std::string id = world_.MakeVolume(kMount);
  const auto user = world_.kernel().files().Open("/pool/volumes/" + id,
                                                 os::OpenMode::kReadOnly);
  ExpectRefused(world_, id, "another process");
}

TEST_F(HealingTest, OtherAnswersPassOn) {
  const std::string id = world_.MakeVolume(kMount);
  EXPECT_TRUE(world_.Delete(id).ok());
  EXPECT_EQ(world_.Delete(id).code(), StatusCode::kNotFound);
}

TEST(StagingPathsTest, KnowsWhatWasAddedUntilItIsRemoved) {
  StagingPaths paths;
  paths.Add("v", "/s");
  EXPECT_TRUE(paths.Contains("v", "/s"));
  EXPECT_FALSE(paths.Contains("w", "/s"));
  paths.Remove("v", "/s");
  EXPECT_FALSE(paths.Contains("v", "/s"));
}

TEST(StagingPathsTest, KnowsTheKubeletsForm) {
  EXPECT_TRUE(IsKubeletStagingPath(kKubeletMount));
  EXPECT_TRUE(IsKubeletStagingPath(kKubeletBlock));
  for (const char* path :
       {"/globalmount", "/a/globalmount",
        "/var/lib/kubelet/plugins/kubernetes.io/csi/a/b/globalmount/c",
        "/var/lib/kubelet/plugins/kubernetes.io/csi/a//globalmount",
        "/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices/publish/a",
        "/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices/staging",
        "/var/lib/kubelet/pods/1/volumes/kubernetes.io~csi/pvc/mount"}) {
    EXPECT_FALSE(IsKubeletStagingPath(path)) << path;
  }
}

}  // namespace
}  // namespace holdfast::node
