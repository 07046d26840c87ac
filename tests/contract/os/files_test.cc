#include <cerrno>

#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(FilesContract, CreatedFileIsThereAndEmpty) {
  MakeFile(InPool("x"));
  const auto info = files().Stat(InPool("x"));
  ASSERT_THAT(info.status(), IsOk());
  EXPECT_EQ(info->kind, FileKind::kRegular);
  EXPECT_EQ(info->size_bytes, 0);
  EXPECT_EQ(info->allocated_bytes, 0);
  EXPECT_FALSE(info->is_mount_root);
  EXPECT_EQ(info->file_system, Value(files().Stat(world_->pool())).file_system);
}

TEST_P(FilesContract, CreateRefusesWhatExists) {
  MakeFile(InPool("x"));
  EXPECT_THAT(files().Create(InPool("x")), HasErrno(EEXIST));
  EXPECT_THAT(files().Create(InPool("missing/x")), HasErrno(ENOENT));
  EXPECT_THAT(files().Create(InPool("x/y")), HasErrno(ENOTDIR));
  EXPECT_THAT(files().Create(InPool(std::string(256, 'n'))),
              HasErrno(ENAMETOOLONG));
}

TEST_P(FilesContract, OpenSaysWhatIsWrong) {
  MakeFile(InPool("x"));
  MakeDirectory(InPool("d"));
  world_->MakeSymlink(InPool("link"));
  const auto open = [&](const std::string& name, OpenMode mode) {
    return files().Open(InPool(name), mode);
  };
  EXPECT_THAT(open("missing", OpenMode::kReadOnly), HasErrno(ENOENT));
  EXPECT_THAT(open("x/y", OpenMode::kReadOnly), HasErrno(ENOTDIR));
  EXPECT_THAT(open("x", OpenMode::kDirectory), HasErrno(ENOTDIR));
  EXPECT_THAT(open("d", OpenMode::kReadWrite), HasErrno(EISDIR));
  EXPECT_THAT(open("link", OpenMode::kReadOnly), HasErrno(ELOOP));
  EXPECT_THAT(open("d", OpenMode::kReadOnly).status(), IsOk());
  EXPECT_THAT(open("d", OpenMode::kDirectory).status(), IsOk());
}

TEST_P(FilesContract, StatNeverFollowsASymlink) {
  world_->MakeSymlink(InPool("link"));
  EXPECT_EQ(Value(files().Stat(InPool("link"))).kind, FileKind::kSymlink);
  EXPECT_THAT(files().Stat(InPool("missing")), HasErrno(ENOENT));
}

TEST_P(FilesContract, UnnamedFileIsGoneWhenClosed) {
  const FileSystemUsage before = Value(files().StatFileSystem(world_->pool()));
  {
    UniqueFd fd = Value(files().CreateUnnamed(world_->pool()));
    EXPECT_THAT(Value(files().List(world_->pool())), IsEmpty());
    ASSERT_THAT(files().WriteAll(fd.get(), "text"), IsOk());
  }
  EXPECT_THAT(Value(files().List(world_->pool())), IsEmpty());
  EXPECT_THAT(files().CreateUnnamed(InPool("missing")), HasErrno(ENOENT));
}

TEST_P(FilesContract, LinkGivesAnUnnamedFileItsName) {
  UniqueFd fd = Value(files().CreateUnnamed(world_->pool()));
  ASSERT_THAT(files().WriteAll(fd.get(), "text"), IsOk());
  EXPECT_THAT(files().Link(fd.get(), InPool("x")), IsOk());
  EXPECT_THAT(files().Link(fd.get(), InPool("x")), HasErrno(EEXIST));
  EXPECT_THAT(files().Link(fd.get(), InPool("no/x")), HasErrno(ENOENT));
  EXPECT_THAT(files().Link(fd.get(), InOther("x")), HasErrno(EXDEV));
  fd.Reset();
  EXPECT_EQ(Read(InPool("x")), "text");
}

TEST_P(FilesContract, RemovedFileCannotBeLinkedAgain) {
  UniqueFd fd = Value(files().Create(InPool("x")));
  ASSERT_THAT(files().Unlink(InPool("x")), IsOk());
  EXPECT_THAT(files().Link(fd.get(), InPool("y")), HasErrno(ENOENT));
}

TEST_P(FilesContract, RenameReplacesNothing) {
  MakeFile(InPool("x"), "x");
  MakeFile(InPool("y"), "y");
  MakeDirectory(InPool("d"));
  const auto rename = [&](const std::string& from, const std::string& to) {
    return files().Rename(InPool(from), InPool(to));
  };
  EXPECT_THAT(rename("x", "y"), HasErrno(EEXIST));
  EXPECT_THAT(rename("x", "d"), HasErrno(EEXIST));
  EXPECT_THAT(rename("x", "x"), HasErrno(EEXIST));
  EXPECT_THAT(rename("missing", "z"), HasErrno(ENOENT));
  EXPECT_THAT(rename("x", "missing/z"), HasErrno(ENOENT));
  EXPECT_THAT(rename("x", "y/z"), HasErrno(ENOTDIR));
  EXPECT_THAT(rename("d", "d/inside"), HasErrno(EINVAL));
  EXPECT_THAT(files().Rename(InPool("x"), InOther("x")), HasErrno(EXDEV));
  EXPECT_EQ(Read(InPool("x")), "x");
  EXPECT_EQ(Read(InPool("y")), "y");
}

TEST_P(FilesContract, RenameMovesFilesAndWholeDirectories) {
  MakeDirectory(InPool("a"));
  MakeFile(InPool("a/x"), "text");
  EXPECT_THAT(files().Rename(InPool("a"), InPool("b")), IsOk());
  EXPECT_EQ(Read(InPool("b/x")), "text");
  EXPECT_THAT(files().Stat(InPool("a")), HasErrno(ENOENT));
  EXPECT_THAT(files().Rename(InPool("b/x"), InPool("x")), IsOk());
  EXPECT_THAT(Value(files().List(world_->pool())), ElementsAre("b", "x"));
}

TEST_P(FilesContract, ReplaceTakesThePlaceOfAFile) {
  MakeFile(InPool("x"), "new");
  MakeFile(InPool("y"), "old!");
  const UniqueFd old = Open(InPool("y"));
  EXPECT_THAT(files().Replace(InPool("x"), InPool("y")), IsOk());
  EXPECT_EQ(Read(InPool("y")), "new");
  EXPECT_THAT(files().Stat(InPool("x")), HasErrno(ENOENT));
  EXPECT_EQ(Value(data_files().Stat(old.get())).size_bytes, 4);
  EXPECT_THAT(files().Replace(InPool("y"), InPool("z")), IsOk());
  EXPECT_THAT(Value(files().List(world_->pool())), ElementsAre("z"));
}

TEST_P(FilesContract, ReplaceRefusesWhatIsNoFile) {
  MakeFile(InPool("x"), "x");
  MakeDirectory(InPool("d"));
  const auto replace = [&](const std::string& from, const std::string& to) {
    return files().Replace(InPool(from), InPool(to));
  };
  EXPECT_THAT(replace("x", "d"), HasErrno(EISDIR));
  EXPECT_THAT(replace("d", "x"), HasErrno(ENOTDIR));
  EXPECT_THAT(replace("missing", "x"), HasErrno(ENOENT));
  EXPECT_THAT(replace("x", "x"), IsOk());
  EXPECT_THAT(files().Replace(InPool("x"), InOther("x")), HasErrno(EXDEV));
  EXPECT_EQ(Read(InPool("x")), "x");
}

TEST_P(FilesContract, RemovedFileLivesWhileItIsOpen) {
  MakeFile(InPool("x"), "text");
  const UniqueFd fd = Open(InPool("x"));
  ASSERT_THAT(files().Unlink(InPool("x")), IsOk());
  EXPECT_THAT(files().Unlink(InPool("x")), HasErrno(ENOENT));
  EXPECT_EQ(Value(data_files().Stat(fd.get())).size_bytes, 4);
}

TEST_P(FilesContract, RemovalsKeepToTheirKind) {
  MakeFile(InPool("x"));
  MakeDirectory(InPool("d"));
  MakeFile(InPool("d/y"));
  EXPECT_THAT(files().Unlink(InPool("d")), HasErrno(EISDIR));
  EXPECT_THAT(files().RemoveDirectory(InPool("x")), HasErrno(ENOTDIR));
  EXPECT_THAT(files().RemoveDirectory(InPool("d")), HasErrno(ENOTEMPTY));
  EXPECT_THAT(files().RemoveDirectory(InPool("no")), HasErrno(ENOENT));
  ASSERT_THAT(files().Unlink(InPool("d/y")), IsOk());
  EXPECT_THAT(files().RemoveDirectory(InPool("d")), IsOk());
  EXPECT_THAT(Value(files().List(world_->pool())), ElementsAre("x"));
}

TEST_P(FilesContract, MakeDirectoryRefusesWhatExists) {
  MakeDirectory(InPool("d"));
  EXPECT_EQ(Value(files().Stat(InPool("d"))).kind, FileKind::kDirectory);
  EXPECT_THAT(files().MakeDirectory(InPool("d")), HasErrno(EEXIST));
  EXPECT_THAT(files().MakeDirectory(InPool("no/d")), HasErrno(ENOENT));
}

TEST_P(FilesContract, SyncDirectoryIsForDirectories) {
  MakeFile(InPool("x"));
  EXPECT_THAT(files().SyncDirectory(world_->pool()), IsOk());
  EXPECT_THAT(files().SyncDirectory(InPool("x")), HasErrno(ENOTDIR));
  EXPECT_THAT(files().SyncDirectory(InPool("no")), HasErrno(ENOENT));
}

TEST_P(FilesContract, FreeTakenAheadIsForDirectoriesOfAnyFileSystem) {
  MakeFile(InPool("x"), "text");
  EXPECT_THAT(files().FreeTakenAhead(world_->pool()), IsOk());
  EXPECT_THAT(files().FreeTakenAhead(world_->other()), IsOk());
  EXPECT_THAT(files().FreeTakenAhead(InPool("x")), HasErrno(ENOTDIR));
  EXPECT_THAT(files().FreeTakenAhead(InPool("no")), HasErrno(ENOENT));
  EXPECT_EQ(Read(InPool("x")), "text");
}

TEST_P(FilesContract, SpaceTakenAheadIsFreedOnAnyFileSystem) {
  MakeFile(InPool("x"));
  EXPECT_THAT(files().FreeTakenAhead(world_->pool()), IsOk());
  EXPECT_THAT(files().FreeTakenAhead(InPool("x")), HasErrno(ENOTDIR));
  EXPECT_THAT(files().FreeTakenAhead(InPool("no")), HasErrno(ENOENT));
}

TEST_P(FilesContract, ListIsInByteOrder) {
  for (const char* name : {"b", "B", "a", "10", "9"}) MakeFile(InPool(name));
  EXPECT_THAT(Value(files().List(world_->pool())),
              ElementsAre("10", "9", "B", "a", "b"));
  EXPECT_THAT(files().List(InPool("a")), HasErrno(ENOTDIR));
  EXPECT_THAT(files().List(InPool("no")), HasErrno(ENOENT));
}

TEST_P(FilesContract, WriteAllWritesAtTheBeginning) {
  MakeFile(InPool("x"), "longer text");
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_THAT(files().WriteAll(fd.get(), "LONG"), IsOk());
  EXPECT_EQ(Read(InPool("x")), "LONGer text");
  const UniqueFd reader = Open(InPool("x"), OpenMode::kReadOnly);
  EXPECT_THAT(files().WriteAll(reader.get(), "y"), HasErrno(EBADF));
  EXPECT_THAT(files().ReadFile(InPool("no")), HasErrno(ENOENT));
  EXPECT_THAT(files().ReadFile(world_->pool()), HasErrno(EISDIR));
}

TEST_P(FilesContract, StatFileSystemKnowsTypeAndUse) {
  const FileSystemUsage pool = Value(files().StatFileSystem(world_->pool()));
  EXPECT_EQ(pool.type, "xfs");
  EXPECT_EQ(Value(files().StatFileSystem(world_->other())).type, "ext4");
  EXPECT_FALSE(pool.read_only);
  EXPECT_GT(pool.available_bytes, 0);
  EXPECT_LE(pool.available_bytes + pool.used_bytes, pool.total_bytes);
  EXPECT_GT(pool.available_inodes, 0);
  EXPECT_THAT(files().StatFileSystem(InPool("no")), HasErrno(ENOENT));
}

TEST_P(FilesContract, WrittenDataIsUsedSpace) {
  // XFS gives back what tests before this removed when it likes, or now.
  ASSERT_THAT(files().FreeTakenAhead(world_->pool()), IsOk());
  const FileSystemUsage before = Value(files().StatFileSystem(world_->pool()));
  UniqueFd fd = Value(files().Create(InPool("x")));
  ASSERT_THAT(files().WriteAll(fd.get(), std::string(2 * kMiB, 'x')), IsOk());
  ASSERT_THAT(data_files().Sync(fd.get()), IsOk());
  const FileSystemUsage after = Value(files().StatFileSystem(world_->pool()));
  EXPECT_GE(after.used_bytes, before.used_bytes + 2 * kMiB);
  EXPECT_GE(Value(files().Stat(InPool("x"))).allocated_bytes, 2 * kMiB);
}

}  // namespace
}  // namespace holdfast::os
