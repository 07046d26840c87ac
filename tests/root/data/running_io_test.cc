// I/O that runs on published volumes while the daemons come and go.

#include "tests/root/data/data_fixture.h"
#include "tests/root/data/writer.h"
#include "tests/root/fixture/machine.h"

namespace holdfast::root {
namespace {

class RestartTest : public DataTest {};

TEST_F(RestartTest, OfTheDaemonsIsNotNoticedByRunningIo) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs mounted,
                       Bring({.name = "mounted", .bytes = kSize}));
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs block,
      Bring({.name = "block", .bytes = kSize, .access = Access::kBlock}));
  Writer to_file(mounted.target_path + "/file");
  Writer to_device(block.target_path);
  for (int i = 0; i < 5; ++i) {
    to_file.AwaitBlocks(3);
    world_.daemons().KillController();
    world_.daemons().KillNode();
    to_device.AwaitBlocks(3);
    ASSERT_OK(world_.daemons().Start());
    // A repeated call finds everything in its place.
    EXPECT_OK(world_.Bring(mounted));
    EXPECT_OK(world_.Bring(block));
  }
  EXPECT_OK(to_file.Stop());
  EXPECT_OK(to_device.Stop());
  EXPECT_OK(world_.TakeBack(mounted));
  EXPECT_OK(world_.TakeBack(block));
  EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
}

TEST_F(RestartTest, BySignalEndsCleanlyAndLeavesVolumesInUse) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs mounted,
                       Bring({.name = "mounted", .bytes = kSize}));
  Writer writer(mounted.target_path + "/file");
  ASSERT_OK(world_.daemons().Stop());
  writer.AwaitBlocks(3);
  ASSERT_OK(world_.daemons().Start());
  EXPECT_OK(writer.Stop());
  EXPECT_OK(world_.TakeBack(mounted));
}

}  // namespace
}  // namespace holdfast::root
