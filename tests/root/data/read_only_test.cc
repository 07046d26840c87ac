// What is published read-only cannot be written, by nobody and in no way.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "tests/root/data/data_fixture.h"

namespace holdfast::root {
namespace {

class ReadOnlyTest : public DataTest {
 protected:
  // A volume with data, staged; and a read-only target for it.
  absl::StatusOr<NodeArgs> MakeStaged(Access access) {
    ASSIGN_OR_RETURN(
        NodeArgs args,
        Bring({.name = "volume", .bytes = kSize, .access = access}));
    const std::string path =
        access == Access::kBlock ? args.target_path : args.target_path + "/f";
    RETURN_IF_ERROR(WriteAt(path, 0, Bytes(1, 4096)));
    RETURN_IF_ERROR(csi().Unpublish(args));
    args = world_.Places(args.volume_id, access, "ro");
    args.writable = Writable::kReadOnly;
    return args;
  }
};

TEST_F(ReadOnlyTest, MountRefusesEveryWrite) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, MakeStaged(Access::kMount));
  ASSERT_OK(csi().Publish(args));
  const std::string file = args.target_path + "/f";
  EXPECT_EQ(*ReadAt(file, 0, 4096), Bytes(1, 4096));
  EXPECT_TRUE(IsErrno(WriteAt(file, 0, "x"), EROFS));
  EXPECT_TRUE(IsErrno(WriteAt(args.target_path + "/new", 0, "x"), EROFS));
  EXPECT_EQ(unlink(file.c_str()), -1);
  EXPECT_EQ(errno, EROFS);
  EXPECT_EQ(chmod(file.c_str(), 0777), -1);
  EXPECT_EQ(errno, EROFS);
}

TEST_F(ReadOnlyTest, MountBesideAWritableOneSeesItsWrites) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs reader, MakeStaged(Access::kMount));
  const NodeArgs writer = world_.Places(reader.volume_id, Access::kMount, "rw");
  ASSERT_OK(csi().Publish(reader));
  ASSERT_OK(csi().Publish(writer));
  ASSERT_OK(WriteAt(writer.target_path + "/f", 0, Bytes(2, 4096)));
  EXPECT_EQ(*ReadAt(reader.target_path + "/f", 0, 4096), Bytes(2, 4096));
  EXPECT_TRUE(IsErrno(WriteAt(reader.target_path + "/f", 0, "x"), EROFS));
}

TEST_F(ReadOnlyTest, BlockDeviceRefusesToBeWritten) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, MakeStaged(Access::kBlock));
  ASSERT_OK(csi().Publish(args));
  EXPECT_EQ(*ReadAt(args.target_path, 0, 4096), Bytes(1, 4096));
  const absl::Status written = WriteAt(args.target_path, 0, Bytes(2, 4096));
  EXPECT_TRUE(IsErrno(written, EACCES) || IsErrno(written, EPERM) ||
              IsErrno(written, EROFS))
      << written;
  EXPECT_EQ(*ReadAt(args.target_path, 0, 4096), Bytes(1, 4096));
}

TEST_F(ReadOnlyTest, BlockDeviceIsRefusedWhileAWriterIsPublished) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs reader, MakeStaged(Access::kBlock));
  const NodeArgs writer = world_.Places(reader.volume_id, Access::kBlock, "rw");
  ASSERT_OK(csi().Publish(writer));
  EXPECT_EQ(csi().Publish(reader).code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_OK(csi().Unpublish(writer));
  EXPECT_OK(csi().Publish(reader));
}

// The two would not share a cache: what one wrote the other would not see.
TEST_F(ReadOnlyTest, BlockDeviceShowsWhatWasWrittenBeforeItWasPublished) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs reader, MakeStaged(Access::kBlock));
  const NodeArgs writer = world_.Places(reader.volume_id, Access::kBlock, "rw");
  for (uint64_t seed = 10; seed < 13; ++seed) {
    ASSERT_OK(csi().Publish(writer));
    ASSERT_OK(
        WriteAt(writer.target_path, 0, Bytes(seed, kMiB), Durability::kCached));
    ASSERT_OK(csi().Unpublish(writer));
    ASSERT_OK(csi().Publish(reader));
    EXPECT_TRUE(*ReadAt(reader.target_path, 0, kMiB) == Bytes(seed, kMiB));
    ASSERT_OK(csi().Unpublish(reader));
  }
}

}  // namespace
}  // namespace holdfast::root
