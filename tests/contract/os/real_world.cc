// This machine: an XFS and an ext4 in image files, loop devices with numbers
// far above what anybody else takes.

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/metrics.h"
#include "tests/contract/os/contract.h"
#include "tests/root/fixture/loop_device.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::os {
namespace {

// Numbers have 20 bits; every process gets a range of its own.
constexpr int kFirstLoop = 1 << 19;
constexpr int kLoopsPerProcess = 64;

void MakeSparse(const std::string& path, int64_t bytes) {
  { std::ofstream file(path); }
  std::filesystem::resize_file(path, static_cast<uintmax_t>(bytes));
}

bool HasSysResource() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3,
                                     .pid = 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  return (data[0].effective & (1U << CAP_SYS_RESOURCE)) != 0;
}

// What all tests of the process share: making an XFS takes most of a test's
// time.
class Images : public testing::Environment {
 public:
  void SetUp() override {
    if (geteuid() != 0) return;
    scratch_ = std::make_unique<root::Scratch>();
    const auto xfs = root::MakeXfs(scratch_->Sub("xfs.img"), 512 * kMiB,
                                   scratch_->Sub("xfs"));
    ASSERT_TRUE(xfs.ok()) << xfs.status();
    MakeExt4(scratch_->Sub("ext4.img"), scratch_->MakeDirectory("ext4"));
  }
  void TearDown() override { scratch_.reset(); }

  std::string pool() const { return scratch_->Sub("xfs/test"); }
  std::string other() const { return scratch_->Sub("ext4/test"); }

 private:
  static void MakeExt4(const std::string& image, const std::string& path) {
    MakeSparse(image, 64 * kMiB);
    const auto made =
        root::RunProgram({"mkfs.ext4", "-q", "-F", "-b", "4096", image});
    ASSERT_TRUE(made.ok()) << made.status();
    const auto device = root::AttachLoop(image);
    ASSERT_TRUE(device.ok()) << device.status();
    ASSERT_EQ(mount(device->c_str(), path.c_str(), "ext4", 0, ""), 0);
  }

  std::unique_ptr<root::Scratch> scratch_;
};

// GoogleTest owns it.
Images* const g_images =
    static_cast<Images*>(testing::AddGlobalTestEnvironment(new Images));

class RealWorld : public World {
 public:
  RealWorld() : kernel_(LinuxKernel(metrics_)) {
    if (!Unavailable().empty()) return;
    BlockLeaseSignal();
    std::filesystem::create_directory(pool());
    std::filesystem::create_directory(other());
  }

  ~RealWorld() override {
    if (!Unavailable().empty()) return;
    for (const std::string& directory : {pool(), other()}) {
      root::Scratch::Clear(directory);
      EXPECT_THAT(root::Scratch::Leftovers(directory), testing::IsEmpty());
      std::error_code error;
      std::filesystem::remove_all(directory, error);
      EXPECT_FALSE(error) << directory << ": " << error.message();
    }
    RemoveLoops();
  }

  std::string Unavailable() const override {
    return geteuid() == 0 ? "" : "needs root: loop devices and mounts";
  }
  Kernel& kernel() override { return kernel_; }
  std::string pool() const override { return g_images->pool(); }
  std::string other() const override { return g_images->other(); }

  int NewLoop() override {
    static int next = 0;
    const int range = static_cast<int>(getpid()) % 8000 * kLoopsPerProcess;
    const int number = kFirstLoop + range + next++ % kLoopsPerProcess;
    EXPECT_THAT(kernel_.loops->Add(number), IsOk());
    numbers_.push_back(number);
    return number;
  }

  void DropFlushes(int number) override {
    std::ofstream(WriteCache(number)) << "write through" << std::flush;
  }
  bool PassesFlushesOn(int number) override {
    return Value(kernel_.files->ReadFile(WriteCache(number))) == "write back\n";
  }
  void MakeSymlink(const std::string& path) override {
    std::filesystem::create_symlink("nowhere", path);
  }
  bool CanGrowMountedExt4() const override { return HasSysResource(); }

 private:
  static std::string WriteCache(int number) {
    return absl::StrCat("/sys/block/loop", number, "/queue/write_cache");
  }
  void RemoveLoops() {
    const UniqueFd control(open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    for (int number : numbers_) {
      EXPECT_EQ(ioctl(control.get(), LOOP_CTL_REMOVE, number), 0)
          << "loop" << number << " stays: errno " << errno;
    }
  }

  Metrics metrics_;
  Kernel kernel_;
  std::vector<int> numbers_;
};

std::unique_ptr<World> MakeWorld() { return std::make_unique<RealWorld>(); }

INSTANTIATE_OS_CONTRACT(Real, &MakeWorld);

}  // namespace
}  // namespace holdfast::os
