// A copy of a volume's mount that lives on in another mount namespace: the
// device is adopted, never doubled, and the data stays whole.

#include <gtest/gtest.h>

#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/node/elsewhere.h"

namespace holdfast::root {
namespace {

class NamespaceCopyTest : public DataTest {
 protected:
  // What is attached of the volume's data file.
  std::vector<LoopEntry> Devices(const std::string& id) {
    std::vector<LoopEntry> devices;
    for (const LoopEntry& loop : LoopsBelow(world_.pool())) {
      if (loop.name == id) devices.push_back(loop);
    }
    return devices;
  }
};

TEST_F(NamespaceCopyTest, RestagedVolumeIsTheSameDeviceWithWholeData) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args,
                       Bring({.name = "volume", .bytes = kSize}));
  ASSERT_OK(WriteAt(args.target_path + "/before", 0, Bytes(1, kMiB)));
  {
    ASSERT_OK_AND_ASSIGN(const Elsewhere elsewhere, Elsewhere::Make());
    ASSERT_OK(csi().Unpublish(args));
    // The mount is off here; that its device is not is said.
    EXPECT_EQ(csi().Unstage(args).code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE(MountsBelow(args.staging_path).empty());
    EXPECT_EQ(Devices(args.volume_id).size(), 1u);

    ASSERT_OK(world_.Bring(args));
    EXPECT_EQ(Devices(args.volume_id).size(), 1u);
    ASSERT_OK(WriteAt(args.target_path + "/after", 0, Bytes(2, kMiB)));
    // One superblock: what is written here is seen there.
    EXPECT_EQ(*ReadAt(elsewhere.Seen(args.staging_path) + "/after", 0, kMiB),
              Bytes(2, kMiB));
    ASSERT_OK(world_.daemons().Restart());
    ASSERT_OK(world_.Bring(args));
    EXPECT_EQ(Devices(args.volume_id).size(), 1u);
    EXPECT_TRUE(SecondWriters(LoopsBelow(world_.pool())).empty());
  }
  ASSERT_OK(world_.TakeBack(args));
  EXPECT_TRUE(Devices(args.volume_id).empty());
  ASSERT_OK(world_.Bring(args));
  EXPECT_EQ(*ReadAt(args.target_path + "/before", 0, kMiB), Bytes(1, kMiB));
  EXPECT_EQ(*ReadAt(args.target_path + "/after", 0, kMiB), Bytes(2, kMiB));
}

}  // namespace
}  // namespace holdfast::root
