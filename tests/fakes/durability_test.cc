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

}  // namespace
}  // namespace holdfast::fakes
