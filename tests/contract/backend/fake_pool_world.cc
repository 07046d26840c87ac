// A pool on the fake machine.

#include "tests/backend/pool/pool_fixture.h"
#include "tests/contract/backend/world.h"

namespace holdfast::backend {
namespace {

class FakePoolWorld : public World {
 public:
  FakePoolWorld() { fixture_.pool->Start(); }

  Backend& backend() override { return *fixture_.pool; }
  void Restart() override {
    fixture_.pool->Stop();
    fixture_.KillAndReopen();
    fixture_.pool->Start();
  }
  std::string mount_point() const override { return "/mnt"; }
  os::Mounts& mounts() override { return fixture_.kernel.mounts(); }

  void Write(const std::string& path, const std::string& text) override {
    os::Files& files = fixture_.kernel.files();
    auto fd = files.Open(path, os::OpenMode::kReadWrite);
    if (!fd.ok()) fd = files.Create(path);
    ASSERT_TRUE(fd.ok()) << fd.status();
    EXPECT_TRUE(files.WriteAll(fd->get(), text).ok());
  }
  std::string Read(const std::string& path, size_t length) override {
    auto text = fixture_.kernel.files().ReadFile(path);
    if (!text.ok()) return "";
    // Of a device, what was never written reads as zeros.
    if (path.rfind("/dev/", 0) == 0) text->resize(length, '\0');
    return text->substr(0, length);
  }
  bool CanGrowMountedExt4() const override { return true; }

 private:
  pool::PoolFixture fixture_;
};

}  // namespace

std::unique_ptr<World> MakeWorld() { return std::make_unique<FakePoolWorld>(); }

}  // namespace holdfast::backend
