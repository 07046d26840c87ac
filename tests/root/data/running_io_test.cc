// I/O that runs on published volumes while the daemons come and go and while
// volumes grow.

#include <fcntl.h>
#include <linux/capability.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/machine.h"

namespace holdfast::root {
namespace {

// Writes block after block, synced, reads each back, until told to stop.
class Writer {
 public:
  explicit Writer(std::string path)
      : path_(std::move(path)), thread_([this] { Run(); }) {}
  ~Writer() { Stop().status().IgnoreError(); }

  // The first error, and how many blocks were written.
  absl::StatusOr<uint64_t> Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    RETURN_IF_ERROR(status_);
    return blocks_.load();
  }

  // Returns when `count` more blocks are written, or writing has failed.
  void AwaitBlocks(uint64_t count) {
    const uint64_t goal = blocks_ + count;
    while (blocks_ < goal && !failed_) std::this_thread::yield();
  }

 private:
  static constexpr size_t kBlock = 1 << 16;
  static constexpr int64_t kPlaces = 256;

  void Run() {
    while (!stop_ && status_.ok()) {
      status_ = WriteOne(blocks_);
      ++blocks_;
    }
    failed_ = !status_.ok();
  }

  absl::Status WriteOne(uint64_t number) {
    const int64_t offset = static_cast<int64_t>(number) % kPlaces * kBlock;
    const std::string data = Bytes(number, kBlock);
    RETURN_IF_ERROR(WriteAt(path_, offset, data));
    ASSIGN_OR_RETURN(const std::string found, ReadAt(path_, offset, kBlock));
    return found == data ? absl::OkStatus()
                         : absl::DataLossError("another block is read");
  }

  const std::string path_;
  absl::Status status_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::atomic<uint64_t> blocks_{0};
  std::thread thread_;
};

class RestartTest : public DataTest {};

TEST_F(RestartTest, OfTheDaemonsIsNotNoticedByRunningIo) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs mounted,
                       Bring({.name = "mounted", .bytes = kSize}));
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs block,
      Bring({.name = "block", .bytes = kSize, .access = Access::kBlock}));
  Writer to_file(mounted.target_path + "/file");
  Writer to_device(block.target_path);
  for (int i = 0; i < 5; ++i) {
    to_file.AwaitBlocks(3);
    world_.daemons().KillController();
    world_.daemons().KillNode();
    to_device.AwaitBlocks(3);
    ASSERT_OK(world_.daemons().Start());
    // A repeated call finds everything in its place.
    EXPECT_OK(world_.Bring(mounted));
    EXPECT_OK(world_.Bring(block));
  }
  EXPECT_OK(to_file.Stop());
  EXPECT_OK(to_device.Stop());
  EXPECT_OK(world_.TakeBack(mounted));
  EXPECT_OK(world_.TakeBack(block));
  EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
}

TEST_F(RestartTest, BySignalEndsCleanlyAndLeavesVolumesInUse) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs mounted,
                       Bring({.name = "mounted", .bytes = kSize}));
  Writer writer(mounted.target_path + "/file");
  ASSERT_OK(world_.daemons().Stop());
  writer.AwaitBlocks(3);
  ASSERT_OK(world_.daemons().Start());
  EXPECT_OK(writer.Stop());
  EXPECT_OK(world_.TakeBack(mounted));
}

class OnlineExpansionTest : public DataTest {};

TEST_F(OnlineExpansionTest, GrowsABlockVolumeUnderIo) {
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs args,
      Bring({.name = "block", .bytes = kSize, .access = Access::kBlock}));
  Writer writer(args.target_path);
  writer.AwaitBlocks(3);
  EXPECT_EQ(*csi().ControllerExpand(args.volume_id, kLarger), kLarger);
  writer.AwaitBlocks(3);
  EXPECT_OK(writer.Stop());
  EXPECT_EQ(*SizeOf(args.target_path), kLarger);
  EXPECT_OK(WriteAt(args.target_path, kLarger - 4096, Bytes(1, 4096)));
}

// The kernel lets a mounted ext4 grow only with CAP_SYS_RESOURCE. Without it
// the call says so, and the next stage does the rest.
TEST_F(OnlineExpansionTest, GrowsAMountedExt4OrNamesTheCapability) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args,
                       Bring({.name = "mounted", .bytes = kSize}));
  ASSERT_OK(WriteTree(args.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest, TreeDigest(args.target_path));
  const auto expanded = csi().ControllerExpand(args.volume_id, kLarger);
  if (HasCapability(CAP_SYS_RESOURCE)) {
    ASSERT_OK(expanded);
    EXPECT_GT(*FileSystemBytes(args.target_path), kLarger * 3 / 4);
    EXPECT_EQ(*TreeDigest(args.target_path), digest);
    return;
  }
  GTEST_LOG_(INFO) << "without CAP_SYS_RESOURCE: growth at the next stage";
  EXPECT_EQ(expanded.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(
      absl::StrContains(expanded.status().message(), "CAP_SYS_RESOURCE"))
      << expanded.status();
  EXPECT_LT(*FileSystemBytes(args.target_path), kLarger * 3 / 4);
  ASSERT_OK(world_.TakeBack(args));
  ASSERT_OK(world_.Bring(args));
  EXPECT_GT(*FileSystemBytes(args.target_path), kLarger * 3 / 4);
  EXPECT_EQ(*TreeDigest(args.target_path), digest);
  EXPECT_EQ(*csi().ControllerExpand(args.volume_id, kLarger), kLarger);
}

}  // namespace
}  // namespace holdfast::root
