// A thick volume has all its space, and keeps it.

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "tests/root/data/data_fixture.h"

namespace holdfast::root {
namespace {

class ThickTest : public DataTest {
 protected:
  static CreateArgs Thick(const std::string& name, const std::string& fs_type) {
    return {.name = name,
            .bytes = fs_type == "xfs" ? 300 * kMiB : kSize,
            .fs_type = fs_type,
            .parameters = {{"provisioning", "thick"}}};
  }

  int64_t Allocated(const std::string& id) {
    struct stat file = {};
    EXPECT_EQ(stat(world_.DataFile(id).c_str(), &file), 0);
    return file.st_blocks * int64_t{512};
  }
  int64_t Size(const std::string& id) {
    return SizeOf(world_.DataFile(id)).value_or(0);
  }

  // fstrim(8); the errno.
  static int Trim(const std::string& directory) {
    const UniqueFd fd(open(directory.c_str(), O_RDONLY | O_CLOEXEC));
    fstrim_range all = {.start = 0, .len = UINT64_MAX, .minlen = 0};
    return ioctl(fd.get(), FITRIM, &all) == 0 ? 0 : errno;
  }
};

TEST_F(ThickTest, AllSpaceIsAllocatedWhenTheVolumeIsThere) {
  for (const char* fs_type : {"ext4", "xfs"}) {
    ASSERT_OK_AND_ASSIGN(const VolumeFact volume,
                         csi().CreateVolume(Thick(fs_type, fs_type)));
    EXPECT_GE(Allocated(volume.id), Size(volume.id)) << fs_type;
  }
}

TEST_F(ThickTest, TrimmingGivesNothingBackAlsoAfterARestart) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, Bring(Thick("a", "ext4")));
  ASSERT_OK(WriteTree(args.target_path, 1));
  EXPECT_EQ(Trim(args.target_path), EOPNOTSUPP);
  ASSERT_OK(world_.TakeBack(args));
  ASSERT_OK(world_.daemons().Restart());
  ASSERT_OK(world_.Bring(args));
  EXPECT_EQ(Trim(args.target_path), EOPNOTSUPP);
  EXPECT_GE(Allocated(args.volume_id), Size(args.volume_id));
}

TEST_F(ThickTest, TheDeviceOfAThickVolumeTrimsForAThinOneLater) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs thick, Bring(Thick("a", "ext4")));
  ASSERT_OK(world_.TakeBack(thick));
  ASSERT_OK_AND_ASSIGN(const NodeArgs thin,
                       Bring({.name = "thin", .bytes = kSize}));
  EXPECT_EQ(Trim(thin.target_path), 0);
}

TEST_F(ThickTest, StaysThickWhenItGrows) {
  ASSERT_OK_AND_ASSIGN(const VolumeFact volume,
                       csi().CreateVolume(Thick("a", "ext4")));
  ASSERT_OK(csi().ControllerExpand(volume.id, kLarger).status());
  EXPECT_EQ(Size(volume.id), kLarger);
  EXPECT_GE(Allocated(volume.id), kLarger);
}

TEST_F(ThickTest, CloneOfAThinVolumeSharesNothingWithIt) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs source,
                       Bring({.name = "source", .bytes = kSize}));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest,
                       TreeDigest(source.target_path));
  CreateArgs args = Thick("copy", "ext4");
  args.from_volume = source.volume_id;
  ASSERT_OK_AND_ASSIGN(const NodeArgs copy, Bring(args));
  EXPECT_EQ(*TreeDigest(copy.target_path), digest);
  EXPECT_GE(Allocated(copy.volume_id), Size(copy.volume_id));
}

}  // namespace
}  // namespace holdfast::root
