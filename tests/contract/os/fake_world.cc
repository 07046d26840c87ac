#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/contract/os/contract.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/fakes/interfaces.h"

namespace holdfast::os {
namespace {

// All calls of the run, and at its end those that no test has made: a fake
// that is held to nothing.
class CallsOfAllTests : public ::testing::Environment {
 public:
  static std::set<std::string>& made() {
    static auto* const made = new std::set<std::string>();
    return *made;
  }

  void TearDown() override {
    if (::testing::GTEST_FLAG(filter) != "*") return;  // some were left out
    EXPECT_EQ(fakes::Missing(fakes::MethodsOfKernel(), made()), "")
        << "have no test in tests/contract/os";
  }
};

[[maybe_unused]] const ::testing::Environment* const kCallsOfAllTests =
    ::testing::AddGlobalTestEnvironment(new CallsOfAllTests);

class FakeWorld : public World {
 public:
  FakeWorld() : kernel_(fake_.Kernel()) {
    fake_.AddDisk("/pool");
    fake_.AddDisk("/other", {.fs_type = "ext4"});
    fake_.SetCanGrowMountedExt4(false);
  }
  ~FakeWorld() override {
    for (const fakes::Call& call : fake_.calls().List()) {
      CallsOfAllTests::made().insert(call.name);
    }
    if (!forget_violations_) {
      EXPECT_THAT(fake_.violations(), ::testing::IsEmpty());
    }
  }

  Kernel& kernel() override { return kernel_; }
  std::string pool() const override { return "/pool"; }
  std::string other() const override { return "/other"; }
  int NewLoop() override {
    EXPECT_TRUE(kernel_.loops->Add(next_loop_).ok());
    return next_loop_++;
  }
  void DropFlushes(int number) override { fake_.DropFlushes(number); }
  bool PassesFlushesOn(int number) override {
    return fake_.PassesFlushesOn(number);
  }
  void MakeSymlink(const std::string& path) override { fake_.AddSymlink(path); }
  bool CanGrowMountedExt4() const override { return false; }
  void ForgetViolations() override { forget_violations_ = true; }

 private:
  fakes::FakeKernel fake_;
  Kernel kernel_;
  int next_loop_ = 100;
  bool forget_violations_ = false;
};

std::unique_ptr<World> MakeWorld() { return std::make_unique<FakeWorld>(); }

INSTANTIATE_OS_CONTRACT(Fake, &MakeWorld);

}  // namespace
}  // namespace holdfast::os
