#include <cerrno>

#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

TEST_P(DataFilesContract, CloneTakesContentsAndSize) {
  MakeFile(InPool("x"), "text");
  MakeFile(InPool("y"));
  {
    const UniqueFd from = Open(InPool("x"));
    const UniqueFd to = Open(InPool("y"));
    EXPECT_THAT(data_files().Clone(to.get(), from.get()), IsOk());
    ASSERT_THAT(files().WriteAll(from.get(), "TEXT"), IsOk());
  }
  EXPECT_EQ(Value(files().Stat(InPool("y"))).size_bytes, 4);
  EXPECT_EQ(Read(InPool("y")), "text");
  EXPECT_EQ(Read(InPool("x")), "TEXT");
}

TEST_P(DataFilesContract, CloneTakesNoSpace) {
  UniqueFd from = Value(files().Create(InPool("x")));
  UniqueFd to = Value(files().Create(InPool("y")));
  ASSERT_THAT(files().WriteAll(from.get(), std::string(8 * kMiB, 'x')), IsOk());
  ASSERT_THAT(data_files().Sync(from.get()), IsOk());
  const FileSystemUsage before = Value(files().StatFileSystem(world_->pool()));
  ASSERT_THAT(data_files().Clone(to.get(), from.get()), IsOk());
  ASSERT_THAT(data_files().Sync(to.get()), IsOk());
  const FileSystemUsage after = Value(files().StatFileSystem(world_->pool()));
  EXPECT_LT(after.used_bytes, before.used_bytes + 4 * kMiB);
  // What a file shares counts in full for each.
  EXPECT_GE(Value(files().Stat(InPool("y"))).allocated_bytes, 8 * kMiB);
}

TEST_P(DataFilesContract, CloneKeepsTheAttributesOfTheTarget) {
  MakeFile(InPool("x"), "text");
  MakeFile(InPool("y"));
  const UniqueFd from = Open(InPool("x"));
  const UniqueFd to = Open(InPool("y"));
  ASSERT_THAT(data_files().SetAttribute(from.get(), "user.r", "x"), IsOk());
  ASSERT_THAT(data_files().SetAttribute(to.get(), "user.r", "y"), IsOk());
  ASSERT_THAT(data_files().Clone(to.get(), from.get()), IsOk());
  EXPECT_EQ(Value(data_files().GetAttribute(InPool("y"), "user.r")), "y");
}

TEST_P(DataFilesContract, CloneSaysWhatIsWrong) {
  MakeFile(InPool("x"), "text");
  MakeFile(InPool("y"));
  MakeFile(InOther("x"), "text");
  MakeFile(InOther("y"));
  const UniqueFd from = Open(InPool("x"));
  const UniqueFd reader = Open(InPool("y"), OpenMode::kReadOnly);
  const UniqueFd far = Open(InOther("x"));
  const UniqueFd far_to = Open(InOther("y"));
  EXPECT_THAT(data_files().Clone(reader.get(), from.get()), HasErrno(EBADF));
  EXPECT_THAT(data_files().Clone(far.get(), from.get()), HasErrno(EXDEV));
  EXPECT_THAT(data_files().Clone(far_to.get(), far.get()),
              HasErrno(EOPNOTSUPP));
}

TEST_P(DataFilesContract, TruncateGrowsWithoutAllocating) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_THAT(data_files().Truncate(fd.get(), kVolumeBytes), IsOk());
  const FileInfo info = Value(data_files().Stat(fd.get()));
  EXPECT_EQ(info.size_bytes, kVolumeBytes);
  EXPECT_EQ(info.allocated_bytes, 0);
  EXPECT_EQ(info.inode, Value(files().Stat(InPool("x"))).inode);
}

TEST_P(DataFilesContract, TruncateSaysWhatIsWrong) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  const UniqueFd reader = Open(InPool("x"), OpenMode::kReadOnly);
  EXPECT_THAT(data_files().Truncate(fd.get(), -1), HasErrno(EINVAL));
  EXPECT_THAT(data_files().Truncate(reader.get(), 1), HasErrno(EINVAL));
}

TEST_P(DataFilesContract, BlankUntilSomethingIsWritten) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_TRUE(Value(data_files().IsBlank(fd.get())));
  ASSERT_THAT(data_files().Truncate(fd.get(), kVolumeBytes), IsOk());
  EXPECT_TRUE(Value(data_files().IsBlank(fd.get())));
  ASSERT_THAT(files().WriteAll(fd.get(), "text"), IsOk());
  EXPECT_FALSE(Value(data_files().IsBlank(fd.get())));
}

TEST_P(DataFilesContract, CloneOfBlankIsBlank) {
  MakeFile(InPool("x"));
  MakeFile(InPool("y"));
  const UniqueFd from = Open(InPool("x"));
  const UniqueFd to = Open(InPool("y"));
  ASSERT_THAT(data_files().Truncate(from.get(), kVolumeBytes), IsOk());
  ASSERT_THAT(data_files().Clone(to.get(), from.get()), IsOk());
  EXPECT_TRUE(Value(data_files().IsBlank(to.get())));
}

TEST_P(DataFilesContract, AttributesAreKept) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  const auto read = [&] {
    return data_files().GetAttribute(InPool("x"), "user.holdfast.test");
  };
  const auto write = [&](const std::string& value) {
    return data_files().SetAttribute(fd.get(), "user.holdfast.test", value);
  };
  EXPECT_THAT(read(), HasErrno(ENODATA));
  const std::string record(8192, '\0');
  EXPECT_THAT(write(record), IsOk());
  EXPECT_EQ(*read(), record);
  EXPECT_THAT(write(""), IsOk());
  EXPECT_EQ(*read(), "");
  EXPECT_THAT(write(std::string(65537, 'x')), HasErrno(E2BIG));
  EXPECT_THAT(data_files().GetAttribute(InPool("no"), "user.x"),
              HasErrno(ENOENT));
}

TEST_P(DataFilesContract, AttributesStayWithTheFile) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().SetAttribute(Open(InPool("x")).get(), "user.r", "v"),
              IsOk());
  ASSERT_THAT(files().Rename(InPool("x"), InPool("y")), IsOk());
  EXPECT_EQ(Value(data_files().GetAttribute(InPool("y"), "user.r")), "v");
}

TEST_P(DataFilesContract, ExtentHintsAreForEmptyFiles) {
  MakeFile(InPool("x"));
  MakeFile(InPool("y"), "text");
  const ExtentHints hints = {.extent_bytes = 1 << 20, .cow_bytes = 1 << 20};
  const UniqueFd empty = Open(InPool("x"));
  const UniqueFd written = Open(InPool("y"));
  ASSERT_THAT(data_files().Sync(written.get()), IsOk());
  EXPECT_THAT(data_files().SetExtentHints(empty.get(), hints), IsOk());
  EXPECT_THAT(data_files().SetExtentHints(written.get(), hints),
              HasErrno(EINVAL));
  EXPECT_THAT(data_files().SetExtentHints(empty.get(), {.extent_bytes = 1000}),
              HasErrno(EINVAL));
}

TEST_P(DataFilesContract, CloneIntoAFileWithHintsWorks) {
  MakeFile(InPool("x"), std::string(kMiB, 'x'));
  MakeFile(InPool("y"));
  const UniqueFd from = Open(InPool("x"));
  const UniqueFd to = Open(InPool("y"));
  ASSERT_THAT(data_files().SetExtentHints(
                  to.get(), {.extent_bytes = 1 << 20, .cow_bytes = 1 << 20}),
              IsOk());
  EXPECT_THAT(data_files().Clone(to.get(), from.get()), IsOk());
  EXPECT_EQ(Value(data_files().Stat(to.get())).size_bytes, kMiB);
}

TEST_P(DataFilesContract, LockIsOneOpenersAtATime) {
  MakeFile(InPool("x"));
  UniqueFd first = Open(InPool("x"));
  const UniqueFd second = Open(InPool("x"));
  EXPECT_THAT(data_files().Lock(first.get()), IsOk());
  EXPECT_THAT(data_files().Lock(first.get()), IsOk());
  EXPECT_THAT(data_files().Lock(second.get()), HasErrno(EWOULDBLOCK));
  first.Reset();
  EXPECT_THAT(data_files().Lock(second.get()), IsOk());
}

TEST_P(DataFilesContract, ClosedDescriptorIsRefused) {
  MakeFile(InPool("x"));
  UniqueFd fd = Open(InPool("x"));
  const int number = fd.get();
  fd.Reset();
  EXPECT_THAT(data_files().Sync(number), HasErrno(EBADF));
  EXPECT_THAT(data_files().Stat(number), HasErrno(EBADF));
  EXPECT_THAT(data_files().Truncate(number, 1), HasErrno(EBADF));
  EXPECT_THAT(files().Link(number, InPool("y")), HasErrno(ENOENT));
}

TEST_P(DataFilesContract, AllocateFillsWhatHasNoBlocksAndKeepsTheData) {
  MakeFile(InPool("x"), std::string(kMiB, 'x'));
  const UniqueFd file = Open(InPool("x"));
  ASSERT_THAT(data_files().Truncate(file.get(), 8 * kMiB), IsOk());
  EXPECT_THAT(data_files().Allocate(file.get(), 8 * kMiB), IsOk());
  EXPECT_GE(Value(data_files().Stat(file.get())).allocated_bytes, 8 * kMiB);
  EXPECT_EQ(Read(InPool("x")).substr(0, kMiB), std::string(kMiB, 'x'));
}

TEST_P(DataFilesContract, AllocateOwnGivesAllOfItBlocksOfItsOwn) {
  MakeFile(InPool("x"), std::string(kMiB, 'x'));
  MakeFile(InPool("y"));
  const UniqueFd clone = Open(InPool("y"));
  ASSERT_THAT(data_files().Clone(clone.get(), Open(InPool("x")).get()), IsOk());
  ASSERT_THAT(data_files().Truncate(clone.get(), 8 * kMiB), IsOk());
  // XFS gives back what tests before this removed when it likes, or now.
  ASSERT_THAT(files().FreeTakenAhead(world_->pool()), IsOk());
  const auto free_before =
      Value(files().StatFileSystem(world_->pool())).available_bytes;
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(data_files().AllocateOwn(clone.get(), 8 * kMiB), IsOk());
  }
  EXPECT_THAT(data_files().Sync(clone.get()), IsOk());
  const FileInfo info = Value(data_files().Stat(clone.get()));
  EXPECT_EQ(info.size_bytes, 8 * kMiB);
  EXPECT_GE(info.allocated_bytes, 8 * kMiB);
  // All of it, what was shared too.
  EXPECT_LE(Value(files().StatFileSystem(world_->pool())).available_bytes,
            free_before - 8 * kMiB);
  EXPECT_EQ(Read(InPool("y")).substr(0, kMiB), std::string(kMiB, 'x'));
}

TEST_P(DataFilesContract, AllocateNeedsAWritableFile) {
  MakeFile(InPool("x"));
  EXPECT_THAT(
      data_files().Allocate(Open(InPool("x"), OpenMode::kReadOnly).get(), kMiB),
      HasErrno(EBADF));
}

}  // namespace
}  // namespace holdfast::os
