// Data cannot be formatted away: what does not look like the file system of
// the record is refused and left as it is, and mkfs is started in one place,
// on files of the pool's incoming directory.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/tracer/tracer.h"

namespace holdfast::root {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSuperblock = 1024;  // of ext4
constexpr int64_t kMagic = kSuperblock + 0x38;

class DamagedVolumeTest : public DataTest {
 protected:
  void SetUp() override {
    DataTest::SetUp();
    if (HasFatalFailure()) return;
    ASSERT_OK_AND_ASSIGN(args_, Bring({.name = "volume", .bytes = kSize}));
    ASSERT_OK(WriteTree(args_.target_path, 1));
    ASSERT_OK(world_.TakeBack(args_));
    file_ = world_.DataFile(args_.volume_id);
  }

  // Stage refuses, starts nothing, attaches nothing and writes nothing.
  void ExpectRefusedAndUntouched() {
    ASSERT_OK_AND_ASSIGN(const std::string before, FileDigest(file_));
    auto tracer = Tracer::Attach(world_.daemons().node_pid(),
                                 {.watched = Watched::kForks});
    ASSERT_OK(tracer);
    const absl::Status status = csi().Stage(args_);
    EXPECT_THAT(tracer->Finish().calls, IsEmpty());
    EXPECT_THAT(status.code(), AnyOf(Eq(absl::StatusCode::kDataLoss),
                                     Eq(absl::StatusCode::kFailedPrecondition)))
        << status;
    EXPECT_THAT(MountsBelow(args_.staging_path), IsEmpty());
    EXPECT_THAT(LoopsBelow(world_.pool()), IsEmpty());
    EXPECT_EQ(*FileDigest(file_), before);
  }

  NodeArgs args_;
  std::string file_;
};

TEST_F(DamagedVolumeTest, WithAWipedBeginningIsRefused) {
  ASSERT_OK(WriteAt(file_, 0, std::string(64 << 10, '\0')));
  ExpectRefusedAndUntouched();
}

TEST_F(DamagedVolumeTest, WithoutItsMagicNumberIsRefused) {
  ASSERT_OK(WriteAt(file_, kMagic, std::string(2, '\0')));
  ExpectRefusedAndUntouched();
}

TEST_F(DamagedVolumeTest, WithTheSignatureOfAnotherFileSystemIsRefused) {
  ASSERT_OK(WriteAt(file_, 0, std::string(64 << 10, '\0')));
  ASSERT_OK(WriteAt(file_, 0, "XFSB"));
  ExpectRefusedAndUntouched();
}

TEST_F(DamagedVolumeTest, WithoutAnyDataIsRefused) {
  std::filesystem::resize_file(file_, 0);
  std::filesystem::resize_file(file_, kSize);
  ExpectRefusedAndUntouched();
}

TEST_F(DamagedVolumeTest, IsStagedAgainOnceItsDataIsBack) {
  ASSERT_OK_AND_ASSIGN(const std::string beginning, ReadAt(file_, 0, 64 << 10));
  ASSERT_OK(WriteAt(file_, 0, std::string(64 << 10, '\0')));
  ExpectRefusedAndUntouched();
  ASSERT_OK(WriteAt(file_, 0, beginning));
  EXPECT_OK(world_.Bring(args_));
}

// Puts a script before each mkfs in PATH that notes what it is called with.
class MkfsTest : public DataTest {
 protected:
  void SetUp() override {
    const std::string directory = world_.scratch().MakeDirectory("bin");
    for (const char* program : {"mkfs", "mke2fs", "mkfs.ext4", "mkfs.xfs"}) {
      const std::string script = absl::StrCat(directory, "/", program);
      std::ofstream(script)
          << "#!/bin/sh\n"
          << "for last; do :; done\n"
          << "echo \"$@\" >> " << Log() << "\n"
          << "PATH=" << path_ << " exec " << program << " \"$@\"\n";
      chmod(script.c_str(), 0755);
    }
    DataTest::SetUp();  // the pool's own file system is made without it
    if (HasFatalFailure()) return;
    std::filesystem::remove(Log());
    setenv("PATH", absl::StrCat(directory, ":", path_).c_str(), 1);
    ASSERT_OK(world_.daemons().Restart());
  }

  void TearDown() override {
    setenv("PATH", path_.c_str(), 1);
    DataTest::TearDown();
  }

  std::string Log() { return world_.scratch().Sub("mkfs.log"); }

  // The arguments of each call that is more than a question for the version.
  std::vector<std::string> Calls() {
    std::ifstream log(Log());
    std::vector<std::string> calls;
    for (std::string line; std::getline(log, line);) {
      if (line != "-V") calls.push_back(line);
    }
    return calls;
  }

  const std::string path_ = std::getenv("PATH");
};

TEST_F(MkfsTest, RunsOncePerTemplateAndOnlyBelowIncoming) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs first,
                       Bring({.name = "first", .bytes = kSize}));
  ASSERT_OK(Bring({.name = "second", .bytes = kSize}));
  ASSERT_OK(Bring({.name = "raw", .bytes = kSize, .access = Access::kBlock}));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", first.volume_id));
  ASSERT_OK(
      Bring({.name = "restored", .bytes = kLarger, .from_snapshot = cut.id}));
  ASSERT_OK(
      Bring({.name = "clone", .bytes = kSize, .from_volume = first.volume_id}));
  ASSERT_OK(world_.TakeBack(first));
  ASSERT_OK(world_.daemons().Restart());
  ASSERT_OK(world_.Bring(first));
  EXPECT_THAT(Calls(), ElementsAre(HasSubstr(world_.pool() + "/incoming/")));
}

}  // namespace
}  // namespace holdfast::root
