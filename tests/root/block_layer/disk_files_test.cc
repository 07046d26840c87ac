#include "tests/root/block_layer/disk_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSector = 4096;
constexpr int64_t kOuterBytes = int64_t{1} << 30;
constexpr uint64_t kDiskNode = 2;
constexpr uint64_t kControlNode = 3;

// A test in the place of the kernel, to whom it is left when requests are
// made: at the same moment, or one after the answer to another.
class DiskFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MakeXfs(scratch_.Sub("outer"), kOuterBytes, scratch_.Sub("o")));
    ASSERT_OK(WriteAt(medium_, 0, std::string(16 * kSector, '\0')));
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC,
                         0, ends),
              0);
    kernel_ = UniqueFd(ends[0]);
    channel_.emplace(UniqueFd(ends[1]));
    cache_.emplace(UniqueFd(open(medium_.c_str(), O_RDWR | O_CLOEXEC)));
    files_.emplace(*cache_, *channel_);
  }

  void Ask(uint32_t opcode, const std::string& body,
           uint64_t node = kDiskNode) {
    fuse_in_header header = {.opcode = opcode, .nodeid = node};
    header.len = static_cast<uint32_t>(sizeof header + body.size());
    const std::string packet = Raw(header) + body;
    ASSERT_EQ(write(kernel_.get(), packet.data(), packet.size()),
              static_cast<ssize_t>(packet.size()));
  }

  void AskToWrite(int64_t offset, const std::string& bytes) {
    Ask(FUSE_WRITE,
        Raw(fuse_write_in{.offset = static_cast<uint64_t>(offset),
                          .size = static_cast<uint32_t>(bytes.size())}) +
            bytes);
  }

  void AskToFlush() { Ask(FUSE_FSYNC, Raw(fuse_fsync_in{})); }

  // Orders a cut before the next flush that loses all it may.
  void AskToCut(const std::string& image) {
    const std::string order = CutOrder(
        {.loss = Loss::kEverything, .moment = Moment::kBeforeFlush}, image);
    Ask(FUSE_WRITE,
        Raw(fuse_write_in{.size = static_cast<uint32_t>(order.size())}) + order,
        kControlNode);
  }

  void Serve() {
    ASSERT_OK_AND_ASSIGN(const auto requests,
                         channel_->Receive(absl::Seconds(10)));
    ASSERT_OK(files_->Serve(requests));
  }

  // The first byte of a sector after a cut that loses all that may be lost.
  char AfterCut(int64_t offset) {
    const std::string image = scratch_.Sub("o/cut");
    std::filesystem::remove(image);
    EXPECT_OK(cache_->Cut({.loss = Loss::kEverything}, image));
    const auto byte = ReadAt(image, offset, 1);
    EXPECT_OK(byte);
    return byte.ok() ? byte->front() : '?';
  }

  Scratch scratch_;
  const std::string medium_ = scratch_.Sub("o/medium");
  UniqueFd kernel_;
  std::optional<FuseChannel> channel_;
  std::optional<WriteCache> cache_;
  std::optional<DiskFiles> files_;
};

TEST_F(DiskFilesTest, AFlushCoversAWriteThatWasAnsweredBeforeIt) {
  AskToWrite(0, std::string(kSector, 'a'));
  Serve();
  EXPECT_EQ(AfterCut(0), '\0');
  AskToFlush();
  Serve();
  EXPECT_EQ(AfterCut(0), 'a');
}

TEST_F(DiskFilesTest, AFlushCoversNoWriteOfTheSameMoment) {
  AskToWrite(0, std::string(kSector, 'a'));
  Serve();
  AskToWrite(kSector, std::string(kSector, 'b'));
  AskToFlush();
  AskToWrite(2 * kSector, std::string(kSector, 'c'));
  Serve();
  EXPECT_EQ(AfterCut(0), 'a');
  EXPECT_EQ(AfterCut(kSector), '\0');
  EXPECT_EQ(AfterCut(2 * kSector), '\0');
  AskToFlush();
  Serve();
  EXPECT_EQ(AfterCut(kSector), 'b');
  EXPECT_EQ(AfterCut(2 * kSector), 'c');
}

TEST_F(DiskFilesTest, ACutMayWaitForTheNextFlushWhichIsTooLateForIt) {
  AskToCut(scratch_.Sub("o/cut"));
  Serve();
  EXPECT_FALSE(std::filesystem::exists(scratch_.Sub("o/cut")));
  AskToWrite(0, std::string(kSector, 'a'));
  Serve();
  AskToFlush();
  Serve();
  ASSERT_OK_AND_ASSIGN(const std::string byte,
                       ReadAt(scratch_.Sub("o/cut"), 0, 1));
  EXPECT_EQ(byte.front(), '\0');
  EXPECT_EQ(AfterCut(0), 'a');
}

TEST_F(DiskFilesTest, ACutWaitsForNoFlushWhenNothingHappens) {
  AskToCut(scratch_.Sub("o/cut"));
  Serve();
  ASSERT_OK(files_->Serve({}));
  EXPECT_TRUE(std::filesystem::exists(scratch_.Sub("o/cut")));
}

}  // namespace
}  // namespace holdfast::root
