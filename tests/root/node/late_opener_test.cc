// Processes that open a loop device for a moment, whenever it changes, as
// udev's blkid does: no call of the driver fails for it. It takes no lock,
// which is worse than udev. That itself is not run here: its events and nodes
// are the machine's, not a namespace's, so a second one would open, rename and
// relabel devices of others.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/machine.h"

namespace holdfast::root {
namespace {

constexpr int kRounds = 300;

// Opens a device, reads its beginning and closes it, again and again.
class Opener {
 public:
  ~Opener() { Stop(); }

  // From now on it is this device.
  void Open(int number) { number_.store(number); }
  int64_t Stop() {
    stop_.store(true);
    if (thread_.joinable()) thread_.join();
    return opened_.load();
  }

 private:
  void Run() {
    while (!stop_.load()) {
      const int number = number_.load();
      if (number >= 0) Look(absl::StrCat("/dev/loop", number));
    }
  }
  void Look(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    char superblock[2048];
    if (pread(fd, superblock, sizeof(superblock), 0) > 0) ++opened_;
    close(fd);
  }

  std::atomic<int> number_ = -1;
  std::atomic<bool> stop_ = false;
  std::atomic<int64_t> opened_ = 0;
  std::thread thread_{[this] { Run(); }};
};

class LateOpenerTest : public DataTest {
 protected:
  int NumberOf(const std::string& id) {
    for (const LoopEntry& loop : LoopsBelow(world_.pool())) {
      if (loop.name == id) return loop.number;
    }
    return -1;
  }

  void CycleBeside(Access access) {
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        csi().CreateVolume({.name = "v", .bytes = kSize, .access = access}));
    const NodeArgs args = world_.Places(volume.id, access);
    Opener opener;
    for (int round = 0; round < kRounds && !HasFailure(); ++round) {
      SCOPED_TRACE(absl::StrCat("round ", round));
      EXPECT_OK(csi().Stage(args));
      opener.Open(NumberOf(volume.id));
      EXPECT_OK(csi().Publish(args));
      EXPECT_OK(csi().Unpublish(args));
      EXPECT_OK(csi().Unstage(args));
    }
    EXPECT_GT(opener.Stop(), 0);
    EXPECT_OK(csi().DeleteVolume(volume.id));
    EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
  }
};

TEST_F(LateOpenerTest, NoCallFailsForAFileSystem) {
  CycleBeside(Access::kMount);
}

TEST_F(LateOpenerTest, NoCallFailsForABlockVolume) {
  CycleBeside(Access::kBlock);
}

}  // namespace
}  // namespace holdfast::root
