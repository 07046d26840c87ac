// A pool on an XFS of this machine, over the kernel itself.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "backend/pool/pool_backend.h"
#include "base/metrics.h"
#include "os/kernel.h"
#include "tests/contract/backend/contract.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::backend {
namespace {

constexpr int64_t kPoolBytes = 4096 * kMiB;  // sparse
constexpr int kCapSysResource = 24;          // linux/capability.h

// What all tests of the process share: making an XFS takes most of a test's
// time.
class Image : public ::testing::Environment {
 public:
  void SetUp() override {
    if (geteuid() != 0) return;
    scratch_ = std::make_unique<root::Scratch>();
    const auto device = root::MakeXfs(scratch_->Sub("xfs.img"), kPoolBytes,
                                      scratch_->Sub("xfs"));
    ASSERT_TRUE(device.ok()) << device.status();
    scratch_->MakeDirectory("mnt");
  }
  void TearDown() override { scratch_.reset(); }

  std::string pool() const { return scratch_->Sub("xfs/pool"); }
  std::string mount_point() const { return scratch_->Sub("mnt"); }

 private:
  std::unique_ptr<root::Scratch> scratch_;
};

// GoogleTest owns it.
Image* const g_image =
    static_cast<Image*>(::testing::AddGlobalTestEnvironment(new Image));

class RealPoolWorld : public World {
 public:
  RealPoolWorld() : kernel_(os::LinuxKernel(metrics_)) {
    if (!Unavailable().empty()) return;
    os::BlockLeaseSignal();
    std::filesystem::create_directory(g_image->pool());
    const auto header = pool::InitPool({*kernel_.files, *kernel_.data_files},
                                       pool::Layout(g_image->pool()));
    EXPECT_TRUE(header.ok()) << header.status();
    Restart();
  }

  ~RealPoolWorld() override {
    if (!Unavailable().empty()) return;
    pool_.reset();
    for (const std::string& directory :
         {g_image->mount_point(), g_image->pool()}) {
      EXPECT_THAT(root::Scratch::Leftovers(directory), ::testing::IsEmpty());
      root::Scratch::Clear(directory);
    }
    std::filesystem::remove_all(g_image->pool());
  }

  std::string Unavailable() const override {
    return geteuid() == 0 ? "" : "needs root: loop devices and mounts";
  }
  Backend& backend() override { return *pool_; }
  void Restart() override {
    pool_.reset();
    auto opened =
        pool::PoolBackend::Open({.files = *kernel_.files,
                                 .data_files = *kernel_.data_files,
                                 .loops = *kernel_.loops,
                                 .commands = *kernel_.commands,
                                 .volume_file_systems = volume_file_systems_},
                                g_image->pool(), {});
    ASSERT_THAT(opened, IsOk());
    pool_ = *std::move(opened);
    pool_->Start();
  }

  std::string mount_point() const override { return g_image->mount_point(); }
  os::Mounts& mounts() override { return *kernel_.mounts; }

  void Write(const std::string& path, const std::string& text) override {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    if (!file) file.open(path, std::ios::out | std::ios::binary);
    file << text;
    EXPECT_TRUE(file.flush().good()) << path;
  }
  std::string Read(const std::string& path, size_t length) override {
    std::ifstream file(path, std::ios::binary);
    std::string text(length, '\0');
    file.read(text.data(), static_cast<std::streamsize>(length));
    text.resize(static_cast<size_t>(file.gcount()));
    return text;
  }
  bool CanGrowMountedExt4() const override {
    return root::HasCapability(kCapSysResource);
  }

 private:
  Metrics metrics_;
  os::Kernel kernel_;
  VolumeFileSystem volume_file_systems_{*kernel_.files, *kernel_.mounts,
                                        *kernel_.file_systems,
                                        *kernel_.commands};
  std::unique_ptr<pool::PoolBackend> pool_;
};

}  // namespace

std::unique_ptr<World> MakeWorld() { return std::make_unique<RealPoolWorld>(); }

}  // namespace holdfast::backend
