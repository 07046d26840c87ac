// A stage holds the lock that keeps udev away, and only while it lasts.

#include "node/device_lock.h"

#include <gtest/gtest.h>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

class DeviceLockTest : public NodeTest {
 protected:
  // What udev does: false if it would leave the device alone.
  bool CanLock(const std::string& path) {
    const auto fd = world_.kernel().files().Open(path, os::OpenMode::kReadOnly);
    return fd.ok() && world_.kernel().data_files().Lock(fd->get()).ok();
  }
};

TEST_F(DeviceLockTest, IsHeldWhileTheVolumeIsMountedOrBoundAndThenLetGo) {
  for (const auto type : {kMount, kBlock}) {
    const std::string id =
        world_.MakeVolume(type, type == kMount ? "file system" : "block");
    int attached = 0;
    bool inside = false;
    world_.kernel().calls().OnCall([&](const fakes::Call& call) {
      if (inside || call.name != "Mounts.Attach") return;
      inside = true;
      ++attached;
      EXPECT_FALSE(CanLock(world_.Device(id)));
      inside = false;
    });
    StageSpec spec = world_.StageOf(id, type);
    spec.staging_path = "/kubelet/" + id;
    world_.kernel().MakeDirectories(spec.staging_path);
    EXPECT_TRUE(world_.Stage(spec).ok());
    world_.kernel().calls().OnCall(nullptr);
    EXPECT_EQ(attached, 1);
    EXPECT_TRUE(CanLock(world_.Device(id)));
    EXPECT_TRUE(world_.Unstage(id, spec.staging_path).ok());
  }
}

TEST_F(DeviceLockTest, IsDoneWithoutIfSomebodyHasIt) {
  const std::string id = world_.MakeVolume(kMount);
  Operation operation("test");
  const auto attached =
      world_.backend().Attach(id, backend::AttachMode::kReadWrite, operation);
  ASSERT_TRUE(attached.ok()) << attached.status();
  const auto udev = world_.kernel().files().Open(attached->device_path,
                                                 os::OpenMode::kReadOnly);
  ASSERT_TRUE(world_.kernel().data_files().Lock(udev->get()).ok());
  EXPECT_TRUE(world_.Stage(world_.StageOf(id)).ok());
}

}  // namespace
}  // namespace holdfast::node
