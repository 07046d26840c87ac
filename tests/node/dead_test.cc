// What a volume left at a path can be dead: a file system whose device is
// gone, a node of a loop device that somebody detached.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeadTest : public NodeTest {
 protected:
  using Run = std::function<absl::Status(World&, const std::string& id)>;

  // The first look at the staging path in `run` fails, as it does where the
  // file system below was shut down.
  absl::Status WithDeadStage(const Run& run,
                             const std::string& staged = "volume") {
    const std::string id = Prepare(world_, staged);
    world_.kernel().calls().FailCall(LookAtStage(run, staged), EIO);
    return run(world_, id);
  }

 private:
  static int LookAtStage(const Run& run, const std::string& staged) {
    World world;
    const std::string id = Prepare(world, staged);
    (void)run(world, id).ok();
    const auto calls = world.kernel().calls().List();
    const auto look =
        std::find_if(calls.begin(), calls.end(), [](const auto& call) {
          return call.name == "Files.Stat" && call.argument == kStaging;
        });
    EXPECT_NE(look, calls.end());
    return static_cast<int>(look - calls.begin()) + 1;
  }

 protected:
  static std::string Prepare(World& world, const std::string& staged) {
    const std::string id = world.MakeVolume(kMount, "volume");
    const std::string other = world.MakeVolume(kMount, "other");
    const std::string& at = staged == "volume" ? id : other;
    EXPECT_TRUE(world.Stage(world.StageOf(at)).ok());
    world.kernel().calls().Reset();
    return id;
  }
};

TEST_F(DeadTest, ADeadStageIsTakenOffAndMadeAgain) {
  const absl::Status staged =
      WithDeadStage([](World& world, const std::string& id) {
        return world.Stage(world.StageOf(id));
      });
  EXPECT_TRUE(staged.ok()) << staged;
  EXPECT_EQ(world_.kernel().calls().Count("Mounts.Unmount"), 1);
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kStaging));
  EXPECT_THAT(world_.Loops(), SizeIs(1));
}

TEST_F(DeadTest, ADeadMountIsUnstaged) {
  const absl::Status unstaged = WithDeadStage(
      [](World& world, const std::string& id) { return world.Unstage(id); });
  EXPECT_TRUE(unstaged.ok()) << unstaged;
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  EXPECT_THAT(world_.Loops(), IsEmpty());
}

TEST_F(DeadTest, ADeadMountOfAnotherIsLeft) {
  const absl::Status unstaged = WithDeadStage(
      [](World& world, const std::string& id) { return world.Unstage(id); },
      "other");
  EXPECT_FALSE(unstaged.ok());
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kStaging));
}

TEST_F(DeadTest, NothingIsPublishedFromADeadStage) {
  const absl::Status published =
      WithDeadStage([](World& world, const std::string& id) {
        return world.Publish(world.PublishOf(id));
      });
  EXPECT_EQ(published.code(), StatusCode::kFailedPrecondition) << published;
  EXPECT_FALSE(world_.Exists(kTarget));
}

class DetachedByHandTest : public DeadTest {
 protected:
  std::string PublishedAndDetached() {
    world_.kernel().MakeDirectories("/sys/dev/block");
    const std::string id = world_.Published(kBlock);
    EXPECT_TRUE(world_.kernel().loops().Detach(world_.Loops().front()).ok());
    EXPECT_THAT(world_.Loops(), IsEmpty());
    return id;
  }
};

TEST_F(DetachedByHandTest, ItsNodesAreUnpublishedAndUnstaged) {
  const std::string id = PublishedAndDetached();
  EXPECT_EQ(world_.Publish(world_.PublishOf(id, kBlock)).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_TRUE(world_.Unstage(id).ok());
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  EXPECT_FALSE(world_.Exists(kTarget));
}

TEST_F(DetachedByHandTest, ItIsStagedAgain) {
  const std::string id = PublishedAndDetached();
  ASSERT_TRUE(world_.Unpublish(id).ok());
  EXPECT_TRUE(world_.Stage(world_.StageOf(id, kBlock)).ok());
  EXPECT_TRUE(world_.Publish(world_.PublishOf(id, kBlock)).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(1));
}

// The number is another's by now: what is bound shows that other's data.
TEST_F(DetachedByHandTest, ANodeThatShowsSomethingAgainIsLeft) {
  const std::string id = PublishedAndDetached();
  const auto node = world_.kernel().files().Stat(kTarget);
  world_.kernel().MakeDirectories(
      absl::StrCat("/sys/dev/block/7:", node->device.minor, "/loop"));
  EXPECT_EQ(world_.Unpublish(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(world_.MountedPaths(), SizeIs(2));
}

TEST_F(DetachedByHandTest, WithoutSysfsNothingIsTakenForDetached) {
  const std::string id = world_.Published(kBlock);
  ASSERT_TRUE(world_.kernel().loops().Detach(world_.Loops().front()).ok());
  EXPECT_EQ(world_.Unpublish(id).code(), StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace holdfast::node
