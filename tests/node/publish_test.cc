#include "node/publish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AccessMode;
using backend::AttachMode;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PublishTest : public NodeTest {
 protected:
  std::string Staged(backend::AccessType type) {
    const std::string id = world_.MakeVolume(type);
    EXPECT_TRUE(world_.Stage(world_.StageOf(id, type)).ok());
    return id;
  }
  PublishSpec ReadOnly(PublishSpec spec) {
    spec.read_only = true;
    return spec;
  }
  PublishSpec WithMode(PublishSpec spec, AccessMode mode) {
    spec.capability.access_mode = mode;
    spec.read_only = backend::IsReaderOnly(mode);
    return spec;
  }
};

TEST_F(PublishTest, AFileSystemIsSeenAtTheTarget) {
  const std::string id = Staged(kMount);
  ASSERT_TRUE(world_.Publish(world_.PublishOf(id)).ok());
  const auto target = world_.kernel().files().Stat(kTarget);
  const auto staged = world_.kernel().files().Stat(kStaging);
  EXPECT_TRUE(target->is_mount_root);
  EXPECT_EQ(target->file_system, staged->file_system);
  EXPECT_FALSE(world_.MountedReadOnly(kTarget));
}

TEST_F(PublishTest, SecondCallWithSameArgumentsIsOk) {
  for (const auto type : {kMount, kBlock}) {
    for (const bool read_only : {false, true}) {
      World world;
      const std::string id = world.MakeVolume(type);
      ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
      PublishSpec spec = world.PublishOf(id, type);
      spec.read_only = read_only;
      for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.Publish(spec).ok());
      EXPECT_THAT(world.MountedPaths(), SizeIs(2));
      world.RestartDaemon();
      EXPECT_TRUE(world.Publish(spec).ok());
      EXPECT_THAT(world.MountedPaths(), SizeIs(2));
    }
  }
}

TEST_F(PublishTest, TheSameTargetOtherwiseAlreadyExists) {
  for (const auto type : {kMount, kBlock}) {
    for (const bool read_only : {false, true}) {
      World world;
      const std::string id = world.MakeVolume(type);
      ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
      PublishSpec spec = world.PublishOf(id, type);
      spec.read_only = read_only;
      ASSERT_TRUE(world.Publish(spec).ok());
      spec.read_only = !read_only;
      EXPECT_EQ(world.Publish(spec).code(), StatusCode::kAlreadyExists);
      spec = world.PublishOf(id, type == kMount ? kBlock : kMount);
      EXPECT_EQ(world.Publish(spec).code(), StatusCode::kAlreadyExists);
    }
  }
}

TEST_F(PublishTest, AReadOnlyFileSystemIsNeverWritableForAnInstant) {
  const std::string id = Staged(kMount);
  PublishSpec spec = ReadOnly(world_.PublishOf(id));
  spec.flags.attributes.noexec = true;
  int attached = 0;
  world_.kernel().calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Mounts.Attach" && call.argument == kTarget) {
      ++attached;
      EXPECT_EQ(world_.kernel().calls().Count("Mounts.SetAttributes"), 1);
    }
  });
  ASSERT_TRUE(world_.Publish(spec).ok());
  world_.kernel().calls().OnCall(nullptr);
  EXPECT_EQ(attached, 1);
  EXPECT_TRUE(world_.MountedReadOnly(kTarget));
  EXPECT_FALSE(world_.MountedReadOnly(kStaging));
}

// What ControllerPublishVolume was told holds, whatever the node is asked for.
TEST_F(PublishTest, APublicationRecordedReadOnlyIsReadOnly) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.MakeVolume(type);
    ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    ASSERT_TRUE(
        world.backend()
            .SetPublications(id, {{.node_id = kNodeId, .read_only = true}})
            .ok());
    const PublishSpec spec = world.PublishOf(id, type);
    ASSERT_TRUE(world.Publish(spec).ok());
    EXPECT_TRUE(world.Publish(spec).ok());
    if (type == kMount) {
      EXPECT_TRUE(world.MountedReadOnly(kTarget));
    } else {
      EXPECT_EQ(VolumeMounts(world.parts()).Observe(id, kTarget)->mode,
                AttachMode::kReadOnly);
    }
  }
}

TEST_F(PublishTest, OnlyARecordOfThisNodeMakesItReadOnly) {
  const std::string id = Staged(kMount);
  ASSERT_TRUE(world_.backend()
                  .SetPublications(id, {{.node_id = kNodeId},
                                        {.node_id = "b", .read_only = true}})
                  .ok());
  ASSERT_TRUE(world_.Publish(world_.PublishOf(id)).ok());
  EXPECT_FALSE(world_.MountedReadOnly(kTarget));
}

TEST_F(PublishTest, OptionsOfTheFileSystemBelongToStage) {
  const std::string id = Staged(kMount);
  PublishSpec spec = world_.PublishOf(id);
  spec.flags.options = {{"context", "a:b:c:s0:c1,c2"}};
  EXPECT_TRUE(world_.Publish(spec).ok());
}

TEST_F(PublishTest, AStagingPathThatIsNotTheVolumeIsRefused) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.MakeVolume(type);
    // A plain directory, as after a reboot.
    EXPECT_EQ(world.Publish(world.PublishOf(id, type)).code(),
              StatusCode::kFailedPrecondition);
    // Another volume.
    const std::string other = world.MakeVolume(type, "other");
    ASSERT_TRUE(world.Stage(world.StageOf(other, type)).ok());
    EXPECT_EQ(world.Publish(world.PublishOf(id, type)).code(),
              StatusCode::kFailedPrecondition);
    EXPECT_FALSE(world.Exists(kTarget));
  }
}

TEST_F(PublishTest, AfterAPowerCutItMustBeStagedAgain) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.Published(type);
    world.PowerCut();
    for (const char* path : {kStaging, "/kubelet/pods/a"}) {
      world.kernel().MakeDirectories(path);
    }
    EXPECT_EQ(world.Publish(world.PublishOf(id, type)).code(),
              StatusCode::kFailedPrecondition);
    EXPECT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    EXPECT_TRUE(world.Publish(world.PublishOf(id, type)).ok());
  }
}

TEST_F(PublishTest, AnUnknownVolumeIsNotFound) {
  EXPECT_EQ(world_.Publish(world_.PublishOf("fake-vol-id")).code(),
            StatusCode::kNotFound);
}

TEST_F(PublishTest, AnotherCapabilityThanTheVolumesIsRefused) {
  const std::string id = Staged(kMount);
  EXPECT_EQ(world_.Publish(world_.PublishOf(id, kBlock)).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_FALSE(world_.Exists(kTarget));
}

TEST_F(PublishTest, WhatIsInTheWayAtTheTargetIsRefusedAndLeft) {
  const std::string id = Staged(kMount);
  world_.kernel().AddSymlink("/kubelet/pods/a/link");
  EXPECT_EQ(world_.Publish(world_.PublishOf(id, kMount, "/kubelet/pods/a/link"))
                .code(),
            StatusCode::kFailedPrecondition);
  world_.kernel().AddDisk("/kubelet/pods/a/disk");
  EXPECT_EQ(world_.Publish(world_.PublishOf(id, kMount, "/kubelet/pods/a/disk"))
                .code(),
            StatusCode::kFailedPrecondition);
  ASSERT_TRUE(world_.kernel().files().Create("/kubelet/pods/a/file").ok());
  EXPECT_EQ(world_.Publish(world_.PublishOf(id, kMount, "/kubelet/pods/a/file"))
                .code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Exists("/kubelet/pods/a/link"));
  EXPECT_TRUE(world_.Exists("/kubelet/pods/a/file"));
}

TEST_F(PublishTest, ATargetOrParentThatExistsOrNotIsFine) {
  const std::string id = Staged(kMount);
  world_.kernel().MakeDirectories(kTarget);
  EXPECT_TRUE(world_.Publish(world_.PublishOf(id)).ok());
  EXPECT_TRUE(
      world_.Publish(world_.PublishOf(id, kMount, "/kubelet/pods/new/target"))
          .ok());
  // One level is made, not a tree.
  EXPECT_FALSE(
      world_.Publish(world_.PublishOf(id, kMount, "/kubelet/x/y/target")).ok());
  EXPECT_FALSE(world_.Exists("/kubelet/x"));
}

TEST_F(PublishTest, AWritablePublicationOfAReadOnlyStageIsRefused) {
  const std::string id = world_.MakeVolume(kMount);
  StageSpec stage = world_.StageOf(id);
  stage.flags.attributes.read_only = true;
  ASSERT_TRUE(world_.Stage(stage).ok());
  EXPECT_EQ(world_.Publish(world_.PublishOf(id)).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Publish(ReadOnly(world_.PublishOf(id))).ok());
}

TEST_F(PublishTest, SharedModesMayBePublishedAtSeveralTargets) {
  for (const auto type : {kMount, kBlock}) {
    for (const auto mode :
         {AccessMode::kSingleNodeMultiWriter, AccessMode::kMultiNodeMultiWriter,
          AccessMode::kMultiNodeSingleWriter,
          AccessMode::kMultiNodeReaderOnly}) {
      World world;
      const std::string id = world.MakeVolume(type);
      ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
      for (const char* target : {kTarget, kOtherTarget}) {
        const PublishSpec spec =
            WithMode(world.PublishOf(id, type, target), mode);
        EXPECT_TRUE(world.Publish(spec).ok()) << backend::Name(mode);
      }
    }
  }
}

TEST_F(PublishTest, ExclusiveModesHaveOneTargetAndLeaveNothingAtAnother) {
  for (const auto type : {kMount, kBlock}) {
    for (const auto mode :
         {AccessMode::kSingleNodeSingleWriter, AccessMode::kSingleNodeWriter,
          AccessMode::kSingleNodeReaderOnly}) {
      World world;
      const std::string id = world.MakeVolume(type);
      ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
      const PublishSpec first = WithMode(world.PublishOf(id, type), mode);
      const PublishSpec second =
          WithMode(world.PublishOf(id, type, kOtherTarget), mode);
      ASSERT_TRUE(world.Publish(first).ok()) << backend::Name(mode);
      const absl::Status status = world.Publish(second);
      EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
      EXPECT_THAT(std::string(status.message()), HasSubstr(kTarget));
      EXPECT_FALSE(world.Exists(kOtherTarget));
      EXPECT_TRUE(world.Publish(first).ok());
      EXPECT_TRUE(world.Unpublish(id).ok());
      EXPECT_TRUE(world.Publish(second).ok());
    }
  }
}

TEST_F(PublishTest, AFailedCallLeavesNothing) {
  const std::string id = Staged(kBlock);
  world_.kernel().calls().FailNext("Mounts.Attach", EPERM);
  EXPECT_FALSE(world_
                   .Publish(ReadOnly(world_.PublishOf(
                       id, kBlock, "/kubelet/pods/new/target")))
                   .ok());
  EXPECT_FALSE(world_.Exists("/kubelet/pods/new"));
  EXPECT_THAT(world_.Loops(), SizeIs(1));
}

TEST_F(PublishTest, AFullHostIsNotAFullPool) {
  const std::string id = Staged(kMount);
  world_.kernel().calls().FailNext("Files.MakeDirectory", ENOSPC);
  EXPECT_EQ(world_.Publish(world_.PublishOf(id)).code(),
            StatusCode::kUnavailable);
}

TEST_F(PublishTest, AnOperationPendingOnTheVolumeIsAborted) {
  const std::string id = Staged(kMount);
  Operation pending("ControllerExpandVolume");
  const auto held = world_.locks().TryLock(id, pending);
  EXPECT_EQ(world_.Publish(world_.PublishOf(id)).code(), StatusCode::kAborted);
  EXPECT_EQ(world_.Unpublish(id).code(), StatusCode::kAborted);
}

TEST_F(PublishTest, ALateCallLeavesNothing) {
  const std::string id = Staged(kMount);
  Operation late("NodePublishVolume", absl::InfinitePast());
  EXPECT_EQ(node::Publish(world_.parts(), kNodeId)
                .Run(world_.PublishOf(id), late)
                .code(),
            StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(world_.Exists(kTarget));
}

}  // namespace
}  // namespace holdfast::node
