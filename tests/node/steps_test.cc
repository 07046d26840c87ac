// Every call to the kernel of every operation of the node fails once, with
// each errno that the real call can give.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AccessType;

// An operation, from a world that is ready for it.
struct Step {
  std::string name;
  AccessType type = AccessType::kMount;
  std::function<std::string(World&)> prepare;  // answers the volume's id
  std::function<absl::Status(World&, const std::string& id)> run;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << step.name;
}

// What is to be seen from outside, to compare worlds with.
std::string Picture(World& world) {
  std::string picture = absl::StrCat(world.Loops().size(), " loops; ",
                                     world.kernel().OpenFds(), " open;");
  for (const auto& path : world.MountedPaths()) {
    absl::StrAppend(&picture, " ", path);
  }
  absl::StrAppend(&picture, ";");
  for (const auto& path : world.kernel().PathsUnder("/kubelet")) {
    absl::StrAppend(&picture, " ", path);
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

bool IsUndo(const Step& step) {
  return step.name.find("Un") != std::string::npos;
}

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
      EXPECT_FALSE(IsLie(status.code(), name)) << status;
      // What is done stays done; what is not is undone, but for undoing,
      // which goes on from where it stopped.
      if (status.ok()) {
        EXPECT_EQ(Picture(world), success);
      } else if (!IsUndo(step())) {
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

constexpr auto kMount = AccessType::kMount;
constexpr auto kBlock = AccessType::kBlock;

Step StageStep(AccessType type) {
  return {.name = type == kMount ? "StageMount" : "StageBlock",
          .type = type,
          .prepare = [type](World& world) { return world.MakeVolume(type); },
          .run =
              [type](World& world, const std::string& id) {
                return world.Stage(world.StageOf(id, type));
              }};
}

// A volume that was expanded while nobody had it.
Step StageLargerStep(bool can_grow_mounted) {
  Step step = StageStep(kMount);
  step.name = can_grow_mounted ? "StageLarger" : "StageLargerByPrograms";
  step.prepare = [can_grow_mounted](World& world) {
    world.kernel().SetCanGrowMountedExt4(can_grow_mounted);
    const std::string id = world.MakeVolume(kMount);
    EXPECT_TRUE(world.ExpandVolume(id, 512 * kMiB).ok());
    return id;
  };
  return step;
}

std::string PrepareStaged(World& world, AccessType type) {
  const std::string id = world.MakeVolume(type);
  EXPECT_TRUE(world.Stage(world.StageOf(id, type)).ok());
  return id;
}

Step PublishStep(AccessType type, bool read_only) {
  return {
      .name = absl::StrCat("Publish", type == kMount ? "Mount" : "Block",
                           read_only ? "ReadOnly" : ""),
      .type = type,
      .prepare = [type](World& world) { return PrepareStaged(world, type); },
      .run =
          [type, read_only](World& world, const std::string& id) {
            PublishSpec spec = world.PublishOf(id, type);
            spec.read_only = read_only;
            // The mode with most to look at.
            spec.capability.access_mode =
                backend::AccessMode::kSingleNodeSingleWriter;
            return world.Publish(spec);
          }};
}

Step UnpublishStep(AccessType type, bool read_only) {
  const Step publish = PublishStep(type, read_only);
  return {.name = absl::StrCat("Un", publish.name),
          .type = type,
          .prepare =
              [publish](World& world) {
                const std::string id = publish.prepare(world);
                EXPECT_TRUE(publish.run(world, id).ok());
                return id;
              },
          .run = [](World& world,
                    const std::string& id) { return world.Unpublish(id); }};
}

// The last path of a volume that was unstaged under it.
Step UnpublishLastStep(AccessType type) {
  Step step = UnpublishStep(type, /*read_only=*/false);
  step.name = absl::StrCat("Last", step.name);
  step.prepare = [prepare = step.prepare](World& world) {
    const std::string id = prepare(world);
    EXPECT_TRUE(world.Unstage(id).ok());
    return id;
  };
  return step;
}

Step UnstageStep(AccessType type) {
  return {
      .name = type == kMount ? "UnstageMount" : "UnstageBlock",
      .type = type,
      .prepare = [type](World& world) { return PrepareStaged(world, type); },
      .run = [](World& world,
                const std::string& id) { return world.Unstage(id); }};
}

Step ExpandStep() {
  return {.name = "Expand",
          .prepare =
              [](World& world) {
                const std::string id = world.Published(kMount);
                world.kernel().SetCanGrowMountedExt4(false);
                EXPECT_FALSE(world.ExpandVolume(id, 512 * kMiB).ok());
                world.kernel().SetCanGrowMountedExt4(true);
                return id;
              },
          .run =
              [](World& world, const std::string& id) {
                return world.Expand({id, kTarget}).status();
              }};
}

INSTANTIATE_TEST_SUITE_P(
    Node, StepsTest,
    ::testing::Values(StageStep(kMount), StageStep(kBlock),
                      StageLargerStep(true), StageLargerStep(false),
                      PublishStep(kMount, false), PublishStep(kMount, true),
                      PublishStep(kBlock, false), PublishStep(kBlock, true),
                      UnpublishStep(kMount, false),
                      UnpublishStep(kBlock, false), UnpublishStep(kBlock, true),
                      UnpublishLastStep(kMount), UnpublishLastStep(kBlock),
                      UnstageStep(kMount), UnstageStep(kBlock), ExpandStep()),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace holdfast::node
