// What a power cut leaves: the rules in disk.h.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::fakes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DurabilityTest : public ::testing::Test {
 protected:
  DurabilityTest() {
    kernel_.AddDisk("/pool");
    kernel_.MakeDirectories("/pool/a");
    kernel_.MakeDirectories("/pool/b");
  }
  ~DurabilityTest() override { EXPECT_THAT(kernel_.violations(), IsEmpty()); }

  void MakeDurableFile(const std::string& path) {
    auto fd = kernel_.files().Create(path);
    ASSERT_TRUE(fd.ok()) << fd.status();
    ASSERT_TRUE(kernel_.data_files().Sync(fd->get()).ok());
  }

  FakeKernel kernel_;
  os::Files& files_ = kernel_.files();
  os::DataFiles& data_files_ = kernel_.data_files();
};

TEST_F(DurabilityTest, UnsyncedFileIsLost) {
  { ASSERT_TRUE(files_.Create("/pool/a/x").ok()); }
  kernel_.PowerCut();
  EXPECT_THAT(kernel_.PathsUnder("/pool"), ElementsAre("/pool/a", "/pool/b"));
}

TEST_F(DurabilityTest, LinkThenSyncOfTheFileIsEnough) {
  {
    auto fd = files_.CreateUnnamed("/pool/a");
    ASSERT_TRUE(data_files_.Truncate(fd->get(), 8192).ok());
    ASSERT_TRUE(data_files_.SetAttribute(fd->get(), "user.r", "record").ok());
    ASSERT_TRUE(files_.Link(fd->get(), "/pool/a/x").ok());
    ASSERT_TRUE(data_files_.Sync(fd->get()).ok());
  }
  kernel_.PowerCut();
  EXPECT_EQ(files_.Stat("/pool/a/x")->size_bytes, 8192);
  EXPECT_EQ(*data_files_.GetAttribute("/pool/a/x", "user.r"), "record");
}

TEST_F(DurabilityTest, WithoutAJournalANameNeedsItsDirectorySynced) {
  kernel_.AddDisk("/old", {.fs_type = "ext2"});
  MakeDurableFile("/old/x");
  kernel_.PowerCut();
  EXPECT_THAT(kernel_.PathsUnder("/old"), IsEmpty());
  MakeDurableFile("/old/x");
  ASSERT_TRUE(files_.SyncDirectory("/old").ok());
  kernel_.PowerCut();
  EXPECT_THAT(kernel_.PathsUnder("/old"), ElementsAre("/old/x"));
}

TEST_F(DurabilityTest, SyncBeforeTheLinkIsNot) {
  {
    auto fd = files_.CreateUnnamed("/pool/a");
    ASSERT_TRUE(data_files_.Sync(fd->get()).ok());
    ASSERT_TRUE(files_.Link(fd->get(), "/pool/a/x").ok());
  }
  kernel_.PowerCut();
  EXPECT_TRUE(IsErrno(files_.Stat("/pool/a/x").status(), ENOENT));
}

TEST_F(DurabilityTest, SyncedNameWithoutSyncedDataIsAnEmptyFile) {
  {
    auto fd = files_.CreateUnnamed("/pool/a");
    ASSERT_TRUE(data_files_.Truncate(fd->get(), 8192).ok());
    ASSERT_TRUE(files_.Link(fd->get(), "/pool/a/x").ok());
    ASSERT_TRUE(files_.SyncDirectory("/pool/a").ok());
  }
  kernel_.PowerCut();
  EXPECT_EQ(files_.Stat("/pool/a/x")->size_bytes, 0);
}

TEST_F(DurabilityTest, AFileIsReplacedAsAWholeOrNotAtAll) {
  MakeDurableFile("/pool/a/x");
  MakeDurableFile("/pool/b/x");
  ASSERT_TRUE(files_.SyncDirectory("/pool/a").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/b").ok());
  const uint64_t moved = files_.Stat("/pool/a/x")->inode;
  const uint64_t old = files_.Stat("/pool/b/x")->inode;
  ASSERT_TRUE(files_.Replace("/pool/a/x", "/pool/b/x").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/b").ok());
  kernel_.PowerCut();
  EXPECT_EQ(files_.Stat("/pool/a/x")->inode, moved);
  EXPECT_EQ(files_.Stat("/pool/b/x")->inode, old);

  ASSERT_TRUE(files_.Replace("/pool/a/x", "/pool/b/x").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/b").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/a").ok());
  kernel_.PowerCut();
  EXPECT_EQ(files_.Stat("/pool/b/x")->inode, moved);
  EXPECT_TRUE(IsErrno(files_.Stat("/pool/a/x").status(), ENOENT));
}

TEST_F(DurabilityTest, UnsyncedGrowthIsUndone) {
  MakeDurableFile("/pool/a/x");
  {
    auto fd = files_.Open("/pool/a/x", os::OpenMode::kReadWrite);
    ASSERT_TRUE(data_files_.Truncate(fd->get(), 8192).ok());
  }
  kernel_.PowerCut();
  EXPECT_EQ(files_.Stat("/pool/a/x")->size_bytes, 0);
}

TEST_F(DurabilityTest, RenameNeedsBothDirectoriesSynced) {
  for (const std::string synced : {"/pool", "/pool/a", "/pool/b"}) {
    SCOPED_TRACE(synced);
    MakeDurableFile("/pool/a/x");
    ASSERT_TRUE(files_.Rename("/pool/a/x", "/pool/b/y").ok());
    ASSERT_TRUE(files_.SyncDirectory(synced).ok());
    kernel_.PowerCut();
    EXPECT_FALSE(files_.Stat("/pool/b/y").ok());
    ASSERT_TRUE(files_.Unlink("/pool/a/x").ok());
  }
}

TEST_F(DurabilityTest, SyncedRenameStays) {
  MakeDurableFile("/pool/a/x");
  ASSERT_TRUE(files_.Rename("/pool/a/x", "/pool/b/y").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/a").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/b").ok());
  kernel_.PowerCut();
  EXPECT_FALSE(files_.Stat("/pool/a/x").ok());
  EXPECT_TRUE(files_.Stat("/pool/b/y").ok());
}

TEST_F(DurabilityTest, UnsyncedUnlinkIsUndone) {
  MakeDurableFile("/pool/a/x");
  ASSERT_TRUE(files_.Unlink("/pool/a/x").ok());
  kernel_.PowerCut();
  EXPECT_TRUE(files_.Stat("/pool/a/x").ok());
  ASSERT_TRUE(files_.Unlink("/pool/a/x").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/a").ok());
  kernel_.PowerCut();
  EXPECT_FALSE(files_.Stat("/pool/a/x").ok());
}

TEST_F(DurabilityTest, NewDirectoryNeedsItsParentSynced) {
  ASSERT_TRUE(files_.MakeDirectory("/pool/a/d").ok());
  MakeDurableFile("/pool/a/d/x");
  kernel_.PowerCut();
  EXPECT_FALSE(files_.Stat("/pool/a/d").ok());
}

TEST_F(DurabilityTest, ChangesOfOneNameKeepTheirOrder) {
  MakeDurableFile("/pool/a/x");
  ASSERT_TRUE(files_.Rename("/pool/a/x", "/pool/b/y").ok());
  ASSERT_TRUE(files_.Unlink("/pool/b/y").ok());
  ASSERT_TRUE(files_.SyncDirectory("/pool/b").ok());
  kernel_.PowerCut();
  EXPECT_TRUE(files_.Stat("/pool/a/x").ok());
}

TEST_F(DurabilityTest, PowerCutDropsDescriptorsLoopsAndMounts) {
  MakeDurableFile("/pool/a/x");
  auto fd = files_.Open("/pool/a/x", os::OpenMode::kReadWrite);
  ASSERT_TRUE(kernel_.loops().Configure(0, fd->get(), {.name = "x"}).ok());
  auto mount = kernel_.mounts().CloneMount("/pool/a");
  ASSERT_TRUE(kernel_.mounts().Attach(mount->get(), "/pool/b").ok());
  kernel_.PowerCut();
  EXPECT_EQ(kernel_.OpenFds(), 0);
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
  EXPECT_TRUE(files_.Stat("/pool").value().is_mount_root);
  EXPECT_TRUE(IsErrno(data_files_.Sync(fd->get()), EBADF));
}

// A volume with a file system, attached and mounted at /mnt.
class MountedDurabilityTest : public DurabilityTest {
 protected:
  void SetUp() override {
    kernel_.MakeDirectories("/mnt");
    kernel_.MakeDirectories("/mnt2");
    {
      auto fd = files_.Create("/pool/a/x");
      ASSERT_TRUE(data_files_.Truncate(fd->get(), 1 << 30).ok());
      ASSERT_EQ(kernel_.commands()
                    .Run({"mkfs.ext4", "/pool/a/x"}, absl::InfiniteFuture())
                    ->exit_code,
                0);
      ASSERT_TRUE(data_files_.Sync(fd->get()).ok());
    }
    Mount("/pool/a/x", 0, "/mnt");
  }

  void Mount(const std::string& file, int loop, const std::string& path) {
    auto fd = files_.Open(file, os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel_.loops().Configure(loop, fd->get(), {}).ok());
    auto mount = kernel_.mounts().MountDevice(
        {.device = absl::StrCat("/dev/loop", loop), .fs_type = "ext4"});
    ASSERT_TRUE(kernel_.mounts().Attach(mount->get(), path).ok());
  }
};

TEST_F(MountedDurabilityTest, SyncedFilesOfTheVolumeStay) {
  MakeDurableFile("/mnt/synced");
  { ASSERT_TRUE(files_.Create("/mnt/lost").ok()); }
  kernel_.PowerCut();
  Mount("/pool/a/x", 0, "/mnt");
  EXPECT_THAT(kernel_.PathsUnder("/mnt"), ElementsAre("/mnt/synced"));
}

TEST_F(MountedDurabilityTest, UnmountWritesEverythingOut) {
  { ASSERT_TRUE(files_.Create("/mnt/file").ok()); }
  ASSERT_TRUE(kernel_.mounts().Unmount("/mnt").ok());
  kernel_.PowerCut();
  Mount("/pool/a/x", 0, "/mnt");
  EXPECT_THAT(kernel_.PathsUnder("/mnt"), ElementsAre("/mnt/file"));
}

TEST_F(MountedDurabilityTest, ResizeIsRefusedUntilACheckAfterTheMount) {
  ASSERT_TRUE(kernel_.mounts().Unmount("/mnt").ok());
  const auto run = [&](const std::vector<std::string>& argv) {
    return kernel_.commands().Run(argv, absl::InfiniteFuture())->exit_code;
  };
  EXPECT_EQ(run({"resize2fs", "/dev/loop0"}), 1);
  EXPECT_EQ(run({"e2fsck", "-f", "-p", "/dev/loop0"}), 0);
  EXPECT_EQ(run({"resize2fs", "/dev/loop0"}), 0);
}

// Why a snapshot of a mounted volume flushes it first.
TEST_F(MountedDurabilityTest, CloneWithoutFlushLacksWhatIsNotWrittenOut) {
  MakeDurableFile("/mnt/synced");
  { ASSERT_TRUE(files_.Create("/mnt/cached").ok()); }
  {
    auto from = files_.Open("/pool/a/x", os::OpenMode::kReadOnly);
    auto to = files_.Create("/pool/a/y");
    ASSERT_TRUE(data_files_.Clone(to->get(), from->get()).ok());
  }
  Mount("/pool/a/y", 1, "/mnt2");
  EXPECT_THAT(kernel_.PathsUnder("/mnt2"), ElementsAre("/mnt2/synced"));
}

}  // namespace
}  // namespace holdfast::fakes
