// Every call to the kernel of every operation of the node fails once, with
// each errno that the real call can give.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/node/steps.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;

// What is to be seen from outside, to compare worlds with.
std::string Picture(World& world) {
  std::string picture = absl::StrCat(
      world.Loops().size(), " loops; ", world.kernel().OpenFds(), " open; ",
      world.kernel().PathsUnder("/pool/volumes").size(), " volumes;");
  for (const auto& path : world.MountedPaths()) {
    absl::StrAppend(&picture, " ", path);
  }
  absl::StrAppend(&picture, ";");
  for (const char* root : {"/kubelet", "/var/lib/kubelet"}) {
    world.kernel().MakeDirectories(root);
    for (const auto& path : world.kernel().PathsUnder(root)) {
      absl::StrAppend(&picture, " ", path);
    }
  }
  return picture;
}

class StepsTest : public ::testing::TestWithParam<Step> {
 protected:
  const Step& step() { return GetParam(); }

  std::vector<fakes::Call> CallsOfRun() {
    World world;
    const std::string id = step().prepare(world);
    world.kernel().calls().Reset();
    EXPECT_TRUE(step().run(world, id).ok());
    return world.kernel().calls().List();
  }

  std::string PictureOfSuccess() {
    World world;
    const std::string id = step().prepare(world);
    EXPECT_TRUE(step().run(world, id).ok());
    return Picture(world);
  }

  // Codes that would tell a caller something that is not so. Only a file
  // system that grows can find the pool full.
  static bool IsLie(StatusCode code, const std::string& call) {
    if (code == StatusCode::kResourceExhausted) {
      return call != "FileSystems.Grow";
    }
    return code == StatusCode::kNotFound ||
           code == StatusCode::kAlreadyExists ||
           code == StatusCode::kUnimplemented || code == StatusCode::kUnknown;
  }
};

TEST_P(StepsTest, AFailureLeaksNothingAndTheRetrySucceeds) {
  const std::string success = PictureOfSuccess();
  const auto calls = CallsOfRun();
  ASSERT_FALSE(calls.empty());
  for (size_t n = 1; n <= calls.size(); ++n) {
    const std::string& name = calls[n - 1].name;
    for (const int error : fakes::ErrnosOf(name)) {
      SCOPED_TRACE(absl::StrCat("call ", n, " ", name, " ",
                                calls[n - 1].argument, " errno ", error));
      World world;
      const std::string id = step().prepare(world);
      const std::string before = Picture(world);
      const auto formatted = world.kernel().formatted_paths();
      world.kernel().calls().FailCall(static_cast<int>(n), error);
      const absl::Status status = step().run(world, id);
      world.kernel().calls().ClearFaults();
      // What is no call of the kubelet changes the pool, which may be full.
      if (!absl::IsResourceExhausted(status) || !step().rpc.empty()) {
        EXPECT_FALSE(IsLie(status.code(), name)) << status;
      }
      // What is done stays done; what is not is undone, but for undoing,
      // which goes on from where it stopped.
      if (status.ok()) {
        EXPECT_EQ(Picture(world), success);
      } else if (!step().undoes) {
        EXPECT_EQ(Picture(world), before) << status;
      }
      const absl::Status retried = step().run(world, id);
      EXPECT_TRUE(retried.ok()) << retried;
      EXPECT_EQ(Picture(world), success);
      EXPECT_EQ(world.kernel().formatted_paths(), formatted);
    }
  }
}

TEST_P(StepsTest, KilledAtAnyCallTheRetrySucceeds) {
  const std::string success = PictureOfSuccess();
  const size_t calls = CallsOfRun().size();
  for (size_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE(absl::StrCat("killed at call ", n));
    World world;
    const std::string id = step().prepare(world);
    world.kernel().calls().StopAt(static_cast<int>(n));
    (void)step().run(world, id);
    world.RestartDaemon();
    const absl::Status retried = step().run(world, id);
    EXPECT_TRUE(retried.ok()) << retried;
    EXPECT_EQ(Picture(world), success);
  }
}

TEST_P(StepsTest, KilledAtAnyCallTheOppositeCleansUp) {
  if (step().rpc.empty())
    return;  // no call of the kubelet, which has opposites
  const size_t calls = CallsOfRun().size();
  for (size_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE(absl::StrCat("killed at call ", n));
    World world;
    const std::string id = step().prepare(world);
    world.kernel().calls().StopAt(static_cast<int>(n));
    (void)step().run(world, id);
    world.RestartDaemon();
    EXPECT_TRUE(world.Unpublish(id).ok());
    EXPECT_TRUE(world.Unstage(id).ok());
    EXPECT_TRUE(world.MountedPaths().empty());
    EXPECT_TRUE(world.Loops().empty());
    EXPECT_FALSE(world.Exists(kTarget));
    EXPECT_TRUE(world.kernel().PathsUnder(kStaging).empty());
    Operation operation("DeleteVolume");
    EXPECT_TRUE(world.backend().DeleteVolume(id, operation).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(Node, StepsTest, ::testing::ValuesIn(Steps()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace holdfast::node
