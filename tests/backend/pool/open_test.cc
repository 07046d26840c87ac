// InitPool, opening, and what is found there.

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OpenTest : public PoolTest {
 protected:
  PoolFiles Os() { return {kernel.files(), kernel.data_files()}; }
  void WriteHeader(const std::string& text) {
    pool.reset();
    ASSERT_TRUE(kernel.files().Unlink("/pool/POOL").ok());
    const auto fd = kernel.files().Create("/pool/POOL");
    ASSERT_TRUE(kernel.files().WriteAll(fd->get(), text).ok());
  }
};

TEST_F(OpenTest, InitIsDurableAndOpensWithTheSameUuid) {
  kernel.AddDisk("/new");
  const Layout fresh("/new");
  const auto header = InitPool(Os(), fresh);
  ASSERT_TRUE(header.ok()) << header.status();
  kernel.PowerCut();
  const auto read = ReadHeader(Os(), fresh);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->uuid, header->uuid);
  EXPECT_EQ(read->uuid.size(), 36u);
  EXPECT_EQ(read->format_version, 1u);
  EXPECT_EQ(read->overhead_bytes, header->overhead_bytes);
  EXPECT_EQ(read->created_at, header->created_at);
}

TEST_F(OpenTest, TwoPoolsHaveTwoUuids) {
  kernel.AddDisk("/new");
  EXPECT_NE(InitPool(Os(), Layout("/new"))->uuid, pool->uuid());
}

TEST_F(OpenTest, InitRefusesAPool) {
  EXPECT_THAT(InitPool(Os(), layout).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(OpenTest, InitRefusesADirectoryWithAnythingElseInIt) {
  kernel.AddDisk("/used");
  kernel.MakeDirectories("/used/photos");
  const auto status = InitPool(Os(), Layout("/used")).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("photos"));
  EXPECT_THAT(kernel.PathsUnder("/used"),
              ::testing::ElementsAre("/used/photos"));
}

TEST_F(OpenTest, InitCompletesWhatWasCutShort) {
  kernel.calls().Reset();
  kernel.AddDisk("/count");
  ASSERT_TRUE(InitPool(Os(), Layout("/count")).ok());
  const int calls = static_cast<int>(kernel.calls().List().size());
  for (int i = 1; i <= calls; ++i) {
    const std::string root = "/cut" + std::to_string(i);
    kernel.AddDisk(root);
    kernel.calls().StopAt(i);
    EXPECT_FALSE(InitPool(Os(), Layout(root)).ok());
    kernel.RestartProcess();
    const absl::Status again = InitPool(Os(), Layout(root)).status();
    EXPECT_TRUE(again.ok() || absl::IsAlreadyExists(again)) << again;
    EXPECT_TRUE(ReadHeader(Os(), Layout(root)).ok());
  }
}

TEST_F(OpenTest, OtherFileSystemsAreRefusedWithAdvice) {
  for (const std::string type : {"ext4", "btrfs"}) {
    kernel.AddDisk("/" + type, {.fs_type = type});
    const auto status = InitPool(Os(), Layout("/" + type)).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(std::string(status.message()), HasSubstr(type));
    EXPECT_THAT(std::string(status.message()), HasSubstr("mkfs.xfs"));
  }
}

TEST_F(OpenTest, XfsWithoutReflinkIsRefused) {
  kernel.AddDisk("/new");
  kernel.calls().FailNext("DataFiles.Clone", EOPNOTSUPP);
  EXPECT_THAT(InitPool(Os(), Layout("/new")).status(),
              HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(OpenTest, SecondOwnerIsToldToWait) {
  const auto second = TryOpen();
  EXPECT_THAT(second.status(), HasCode(absl::StatusCode::kUnavailable));
  pool.reset();
  Reopen();
}

TEST_F(OpenTest, FailureOfAnyStepLeavesNothingOpenAndTheNextTryOpens) {
  const auto volume = Create(Spec("a"));
  Cut(volume.id, "s");
  Attach(volume.id);
  ASSERT_TRUE(pool->DeleteVolume(Create(Spec("b")).id, operation).ok());
  kernel.calls().Reset();
  Reopen();
  const auto calls = kernel.calls().List();
  pool.reset();
  for (size_t i = 0; i < calls.size(); ++i) {
    for (const int error : fakes::ErrnosOf(calls[i].name)) {
      kernel.calls().FailCall(static_cast<int>(i) + 1, error);
      const auto opened = TryOpen();
      kernel.calls().ClearFaults();
      if (opened.ok()) continue;
      EXPECT_EQ(kernel.OpenFds(), 0) << opened.status();
      EXPECT_FALSE(absl::IsNotFound(opened.status()) ||
                   absl::IsDataLoss(opened.status()))
          << opened.status();
    }
  }
  Reopen();
  EXPECT_TRUE(pool->GetVolume(volume.id).ok());
}

TEST_F(OpenTest, NoPoolIsNotFound) {
  kernel.MakeDirectories("/empty");
  EXPECT_THAT(ReadHeader(Os(), Layout("/empty")).status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(OpenTest, LaterFormatIsRefused) {
  WriteHeader("format_version: 2 uuid: \"x\" later: 7");
  const auto status = TryOpen().status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("format 2"));
}

TEST_F(OpenTest, UnreadableHeaderIsDataLoss) {
  for (const std::string text : {"", "junk", "format_version: 1"}) {
    WriteHeader(text);
    EXPECT_THAT(TryOpen().status(), HasCode(absl::StatusCode::kDataLoss));
  }
}

TEST_F(OpenTest, UnfinishedWorkIsRemoved) {
  kernel.MakeDirectories("/pool/incoming/group");
  (void)kernel.files().Create("/pool/incoming/group/member");
  (void)kernel.files().Create("/pool/incoming/file");
  Reopen();
  EXPECT_THAT(kernel.PathsUnder(layout.Incoming()), IsEmpty());
}

TEST_F(OpenTest, OverheadAndReserveAreNotPromised) {
  kernel.AddDisk("/new", {.total_bytes = 10 * kGiB});
  const int64_t expected = UsableBytes({.total_bytes = 10 * kGiB,
                                        .overhead_bytes = kGiB,
                                        .reserve_ratio = 0.1,
                                        .overcommit_ratio = 2});
  EXPECT_EQ(expected, 16 * kGiB);
}

TEST_F(OpenTest, SumsAreThoseOfTheDirectory) {
  const auto volume = Create(Spec("a"));
  Cut(volume.id, "s");
  Create(BlockSpec("b"));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  const int64_t promised = Promised();
  EXPECT_EQ(CountedAnew(), promised);
}

TEST_F(OpenTest, DamagedRecordIsDataLossForGetAndLeftOutOfLists) {
  const auto good = Create(BlockSpec("good"));
  const auto bad = Create(BlockSpec("bad"));
  const auto other = Create(BlockSpec("other"));
  for (const std::string& record :
       {std::string("\xff\xff junk"),
        *kernel.data_files().GetAttribute(layout.Volume(other.id),
                                          kRecordAttribute)}) {
    const auto fd =
        kernel.files().Open(layout.Volume(bad.id), os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.data_files()
                    .SetAttribute(fd->get(), kRecordAttribute, record)
                    .ok());
    const auto status = pool->GetVolume(bad.id).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kDataLoss));
    EXPECT_THAT(std::string(status.message()), HasSubstr(bad.id));
    EXPECT_EQ(pool->ListVolumes({})->entries.size(), 2u);
  }
}

TEST_F(OpenTest, FileWithoutRecordIsDataLoss) {
  const std::string id = pool->VolumeId({.name = "a"}).value();
  (void)kernel.files().Create(layout.Volume(id));
  EXPECT_THAT(pool->GetVolume(id).status(),
              HasCode(absl::StatusCode::kDataLoss));
}

TEST_F(OpenTest, ForeignFilesAmongTheVolumesDoNoHarm) {
  Create(BlockSpec("a"));
  (void)kernel.files().Create("/pool/volumes/notes.txt");
  Reopen();
  EXPECT_EQ(pool->ListVolumes({})->entries.size(), 1u);
}

TEST_F(OpenTest, OneDamagedFileDoesNotStopThePool) {
  const auto bad = Create(Spec("bad"));
  const auto good = Create(BlockSpec("good"));
  Cut(good.id, "s");
  ASSERT_TRUE(pool->DeleteVolume(Create(BlockSpec("c")).id, operation).ok());
  (void)kernel.files().Create("/pool/incoming/file");
  pool.reset();
  for (const int error : {EIO, EUCLEAN, EBADMSG}) {
    for (const char* part :
         {"/incoming/", "/volumes/", "/snapshots/", "/trash/", "/templates/"}) {
      kernel.calls().OnCall([&](const fakes::Call& call) {
        if (call.name == "Files.Stat" &&
            call.argument.find(part) != std::string::npos) {
          kernel.calls().FailNext("Files.Stat", error);
        }
      });
      const auto opened = TryOpen();
      kernel.calls().OnCall(nullptr);
      EXPECT_TRUE(opened.ok()) << part << opened.status();
    }
  }
  Reopen();
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.Stat" && call.argument == layout.Volume(bad.id)) {
      kernel.calls().FailNext("Files.Stat", EUCLEAN);
    }
  });
  EXPECT_THAT(pool->GetVolume(bad.id).status(),
              HasCode(absl::StatusCode::kDataLoss));
  const auto page = pool->ListVolumes({});
  kernel.calls().OnCall(nullptr);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->entries.size(), 1u);
}

TEST_F(OpenTest, SecondInitAtTheSameTimeIsToldToWait) {
  kernel.AddDisk("/new");
  absl::Status second;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name != "Files.WriteAll" || !second.ok()) return;
    second = absl::UnknownError("begun");
    second = InitPool(Os(), Layout("/new")).status();
  });
  EXPECT_TRUE(InitPool(Os(), Layout("/new")).ok());
  kernel.calls().OnCall(nullptr);
  EXPECT_THAT(second, HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(OpenTest, HugeOvercommitIsBounded) {
  const int64_t usable =
      UsableBytes({.total_bytes = kGiB, .overcommit_ratio = 1e300});
  EXPECT_EQ(usable, int64_t{1} << 60);
}

}  // namespace
}  // namespace holdfast::pool
