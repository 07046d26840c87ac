#include "tests/root/block_layer/cached_disk.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/loop_device.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::root {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

constexpr size_t kSector = 4096;
constexpr int64_t kOuterBytes = int64_t{1} << 30;
constexpr int64_t kDiskBytes = 64 << 20;
constexpr uint64_t kSeeds = 100;

// A loop device on the disk, used as file systems use it: direct I/O. Writes
// are of one letter.
class CachedDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MakeXfs(scratch_.Sub("outer"), kOuterBytes, scratch_.Sub("o")));
    const std::string medium = scratch_.Sub("o/medium");
    { std::ofstream created(medium); }
    std::filesystem::resize_file(medium, kDiskBytes);
    ASSERT_OK_AND_ASSIGN(auto disk,
                         CachedDisk::Start(medium, scratch_.Sub("f")));
    disk_.emplace(std::move(disk));
    ASSERT_OK_AND_ASSIGN(device_, AttachLoop(disk_->file(), kSector));
    loop_ = UniqueFd(open(device_.c_str(), O_RDWR | O_DIRECT | O_CLOEXEC));
    ASSERT_TRUE(loop_.valid());
  }

  // `flags` of pwritev2(2).
  ssize_t Write(size_t sector, size_t sectors, char letter, int flags = 0) {
    const std::unique_ptr<char, void (*)(void*)> bytes(
        static_cast<char*>(std::aligned_alloc(kSector, sectors * kSector)),
        std::free);
    std::fill_n(bytes.get(), sectors * kSector, letter);
    const iovec part = {.iov_base = bytes.get(), .iov_len = sectors * kSector};
    return pwritev2(loop_.get(), &part, 1, static_cast<off_t>(sector * kSector),
                    flags);
  }

  void Flush() { ASSERT_EQ(fsync(loop_.get()), 0) << strerror(errno); }

  void Discard(unsigned long request, size_t sector, size_t sectors) {
    const std::array<uint64_t, 2> range = {sector * kSector, sectors * kSector};
    ASSERT_EQ(ioctl(loop_.get(), request, range.data()), 0) << strerror(errno);
  }

  std::string Letters(const std::string& file, size_t sector, size_t sectors) {
    std::string letters;
    for (size_t i = sector; i < sector + sectors; ++i) {
      const auto bytes =
          ReadAt(file, static_cast<int64_t>(i * kSector), kSector);
      EXPECT_OK(bytes);
      if (!bytes.ok()) return "";
      const char letter = bytes->front();
      EXPECT_EQ(*bytes, std::string(kSector, letter)) << "a torn sector";
      letters += letter == '\0' ? '.' : letter;
    }
    return letters;
  }

  // The letters of these sectors after a cut, '.' for zeros.
  std::string AfterCut(const CutSpec& spec, size_t sector, size_t sectors) {
    const std::string image = scratch_.Sub("o/cut");
    std::filesystem::remove(image);
    EXPECT_OK(disk_->Cut(spec, image));
    return Letters(image, sector, sectors);
  }

  // All that a cut may leave, over many seeds.
  std::set<std::string> AfterAnyCut(size_t sector, size_t sectors) {
    std::set<std::string> seen;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      seen.insert(AfterCut({.seed = seed}, sector, sectors));
    }
    for (const Loss loss : {Loss::kEverything, Loss::kNothing}) {
      seen.insert(AfterCut({.loss = loss}, sector, sectors));
    }
    return seen;
  }

  int64_t Flushes() {
    const auto counts = disk_->Counts();
    EXPECT_OK(counts);
    return counts.ok() ? counts->flushes : -1;
  }

  // Of the queue of the loop device (Documentation/ABI/stable/sysfs-block).
  std::string QueueFact(const std::string& name) {
    std::ifstream file(
        absl::StrCat("/sys/block/", device_.substr(5), "/queue/", name));
    std::string line;
    std::getline(file, line);
    return line;
  }

  Scratch scratch_;
  std::optional<CachedDisk> disk_;
  std::string device_;
  UniqueFd loop_;
};

TEST_F(CachedDiskTest, TheLoopDeviceUsesDirectIoAndHasACacheToFlush) {
  const auto loops = LoopsBelow(scratch_.Sub("f"));
  ASSERT_THAT(loops, SizeIs(1));
  EXPECT_TRUE(loops[0].direct_io);
  EXPECT_EQ(QueueFact("write_cache"), "write back");
  EXPECT_EQ(QueueFact("fua"), "0");
}

TEST_F(CachedDiskTest, WhatWasWrittenLastIsReadFlushedOrNot) {
  Write(0, 4, 'a');
  Flush();
  Write(1, 2, 'b');
  EXPECT_EQ(Letters(device_, 0, 5), "abba.");
  Discard(BLKDISCARD, 2, 1);
  EXPECT_EQ(Letters(disk_->file(), 0, 5), "ab.a.");
  Write(2, 3, 'c');
  Discard(BLKZEROOUT, 0, 1);
  EXPECT_EQ(Letters(disk_->file(), 0, 5), ".bccc");
  Flush();
  EXPECT_EQ(Letters(disk_->file(), 0, 5), ".bccc");
}

TEST_F(CachedDiskTest, AFlushedWriteIsInEveryCut) {
  Write(3, 4, 'a');
  Flush();
  EXPECT_THAT(AfterAnyCut(3, 4), ElementsAre("aaaa"));
  Write(100, 4, 'b');  // another one, which may be lost
  EXPECT_THAT(AfterAnyCut(3, 4), ElementsAre("aaaa"));
}

// The kernel makes such a write with FUA.
TEST_F(CachedDiskTest, AWriteWithDsyncIsInEveryCut) {
  const int64_t before = Flushes();
  Write(3, 2, 'a', RWF_DSYNC);
  EXPECT_GT(Flushes(), before);
  EXPECT_THAT(AfterAnyCut(3, 2), ElementsAre("aa"));
}

TEST_F(CachedDiskTest, AWriteThatWasNotFlushedMayBeLostOrTorn) {
  Write(3, 2, 'a');
  EXPECT_THAT(AfterAnyCut(3, 2), ElementsAre("..", ".a", "a.", "aa"));
  Flush();
  EXPECT_THAT(AfterAnyCut(3, 2), ElementsAre("aa"));
}

TEST_F(CachedDiskTest, WritesReachTheMediumInAnyOrder) {
  Write(3, 1, 'o');
  Flush();
  Write(3, 1, 'a');
  Write(4, 1, 'b');
  EXPECT_THAT(AfterAnyCut(3, 2), ElementsAre("a.", "ab", "o.", "ob"));
  Write(3, 2, 'c');
  EXPECT_THAT(AfterAnyCut(3, 2), IsSupersetOf({"ob", "ac", "cb", "cc", "ab"}));
}

TEST_F(CachedDiskTest, ADiscardMayBeLostTooUntilItIsFlushed) {
  Write(3, 1, 'a');
  Flush();
  Discard(BLKDISCARD, 3, 1);
  EXPECT_THAT(AfterAnyCut(3, 1), ElementsAre(".", "a"));
  Flush();
  EXPECT_THAT(AfterAnyCut(3, 1), ElementsAre("."));
}

TEST_F(CachedDiskTest, SectorsOf512BytesAreTornIfTheDiskHasThem) {
  Write(3, 1, 'a');
  std::set<size_t> left;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const std::string image = scratch_.Sub("o/cut");
    std::filesystem::remove(image);
    ASSERT_OK(disk_->Cut({.seed = seed, .sector_bytes = 512}, image));
    ASSERT_OK_AND_ASSIGN(const std::string bytes,
                         ReadAt(image, 3 * kSector, kSector));
    const auto a =
        static_cast<size_t>(std::count(bytes.begin(), bytes.end(), 'a'));
    EXPECT_EQ(a % 512, 0U);
    left.insert(a / 512);
  }
  EXPECT_THAT(left, SizeIs(9)) << "none to all of the eight";
}

TEST_F(CachedDiskTest, ACutThatCannotBeMadeIsAnError) {
  EXPECT_FALSE(disk_->Cut({}, scratch_.Sub("o/medium")).ok());
  EXPECT_FALSE(disk_->Cut({}, scratch_.Sub("o/none/cut")).ok());
}

TEST_F(CachedDiskTest, StopsWhenNobodyUsesIt) {
  EXPECT_FALSE(disk_->Stop().ok());
  loop_.Reset();
  ASSERT_OK(DetachLoop(device_));
  EXPECT_OK(disk_->Stop());
  EXPECT_THAT(MountsBelow(scratch_.Sub("f")), IsEmpty());
}

// With a file system mounted on it, which the fixture must get rid of.
TEST_F(CachedDiskTest, WhenItIsKilledItsUsersGetErrorsAndNothingIsLeft) {
  loop_.Reset();
  ASSERT_OK(RunProgram({"mkfs.ext4", "-q", device_}));
  std::filesystem::create_directory(scratch_.Sub("m"));
  ASSERT_OK(RunProgram({"mount", device_, scratch_.Sub("m")}));
  ASSERT_OK(WriteAt(scratch_.Sub("m/file"), 0, "data"));
  disk_->Kill();
  EXPECT_FALSE(WriteAt(scratch_.Sub("m/file"), 0, "more").ok());
}

}  // namespace
}  // namespace holdfast::root
