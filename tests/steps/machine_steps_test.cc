// Every call of what is done to a machine fails once, and is the last one once.

#include <gtest/gtest.h>

#include <cerrno>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/steps/machine_steps.h"

namespace holdfast::steps {
namespace {

using absl::StatusCode;
using fakes::FakeKernel;

class MachineStepsTest : public ::testing::TestWithParam<MachineStep> {
 protected:
  const MachineStep& step() { return GetParam(); }

  std::vector<fakes::Call> CallsOfRun() {
    FakeKernel kernel;
    step().prepare(kernel);
    prepared_loops_ = kernel.AttachedLoops().size();
    kernel.calls().Reset();
    const absl::Status status = step().run(kernel);
    EXPECT_TRUE(status.ok()) << status;
    success_ = Picture(kernel);
    success_loops_ = kernel.AttachedLoops().size();
    return kernel.calls().List();
  }

  // What is to be seen from outside. Names in the trash have times in them.
  static std::string Picture(FakeKernel& kernel) {
    std::string picture;
    for (const auto& path : kernel.MountedPaths()) {
      absl::StrAppend(&picture, " mount ", path);
    }
    for (const char* root : {"/images", "/new", "/pool", "/state", "/run"}) {
      kernel.MakeDirectories(root);
      for (const auto& path : kernel.PathsUnder(root)) {
        if (absl::StrContains(path, "/trash/")) continue;
        absl::StrAppend(&picture, " ", path);
      }
    }
    // Each pool has a number of its own in the names of what is in it.
    static const auto* const kPool = new std::regex("/p[0-9a-f]{16}-");
    return std::regex_replace(picture, *kPool, "/p-");
  }

  static bool IsLie(StatusCode code, const fakes::Call& call, int error) {
    const bool is_full = error == ENOSPC || error == EDQUOT;
    const bool is_storage = !absl::StartsWith(call.name, "LoopDevices");
    const std::set<StatusCode> never = {StatusCode::kUnknown,
                                        StatusCode::kUnimplemented,
                                        StatusCode::kAlreadyExists};
    if (code == StatusCode::kResourceExhausted) return !is_full || !is_storage;
    if (code == StatusCode::kNotFound) return error != ENOENT;
    if (code == StatusCode::kDataLoss) return error != EIO;
    return never.count(code) > 0;
  }

  // Nothing that only this process could give back.
  static void ExpectNoLeak(FakeKernel& kernel, size_t loops) {
    EXPECT_EQ(kernel.OpenFds(), 0);
    EXPECT_EQ(kernel.DetachedMounts(), 0);
    EXPECT_LE(kernel.AttachedLoops().size(), loops + 1);
  }

  // Whose a device is that cannot be looked at is not known, so it is let
  // alone. If it was ours, the next opening finds and uses it.
  void ExpectLoops(FakeKernel& kernel) {
    if (failed_ != "LoopDevices.GetStatus") {
      EXPECT_EQ(kernel.AttachedLoops().size(), success_loops_);
      return;
    }
    EXPECT_TRUE(step().is_done(kernel));
    EXPECT_LE(kernel.AttachedLoops().size(), success_loops_ + 1);
  }

  // A run after one that was cut short: done, lasting, nothing else left.
  void ExpectRetrySucceeds(FakeKernel& kernel) {
    const absl::Status retry = step().run(kernel);
    EXPECT_TRUE(retry.ok()) << retry;
    if (loops_stay_) {
      EXPECT_EQ(Picture(kernel), success_);
      ExpectLoops(kernel);
    }
    ExpectNoLeak(kernel, kernel.AttachedLoops().size());
    ExpectOutlastsPowerCut(kernel);
  }

  void ExpectOutlastsPowerCut(FakeKernel& kernel) {
    kernel.PowerCut();
    step().boot(kernel);
    EXPECT_TRUE(step().is_done(kernel)) << "after a power cut";
    EXPECT_EQ(kernel.violations(), std::vector<std::string>{});
  }

  // The call with this index fails.
  absl::Status RunFailing(FakeKernel& kernel, size_t call, int error) {
    step().prepare(kernel);
    kernel.calls().FailCall(static_cast<int>(call) + 1, error);
    const absl::Status status = step().run(kernel);
    kernel.calls().ClearFaults();
    return status;
  }

  std::string success_;
  size_t prepared_loops_ = 0;
  size_t success_loops_ = 0;
  std::string failed_;      // the call, if one was made to fail
  bool loops_stay_ = true;  // no power cut has detached what was prepared
};

// Not repeated first: a repetition would make up for what the run forgot.
TEST_P(MachineStepsTest, WhatIsAnsweredOutlastsAPowerCut) {
  FakeKernel kernel;
  step().prepare(kernel);
  const absl::Status status = step().run(kernel);
  ASSERT_TRUE(status.ok()) << status;
  ExpectOutlastsPowerCut(kernel);
}

TEST_P(MachineStepsTest, AFailureLeaksNothingAndTheRetrySucceeds) {
  const auto calls = CallsOfRun();
  ASSERT_FALSE(calls.empty());
  for (size_t i = 0; i < calls.size(); ++i) {
    for (const int error : fakes::ErrnosOf(calls[i].name)) {
      SCOPED_TRACE(absl::StrCat(calls[i].name, " ", calls[i].argument,
                                " errno ", error));
      FakeKernel kernel;
      failed_ = calls[i].name;
      const absl::Status status = RunFailing(kernel, i, error);
      EXPECT_FALSE(IsLie(status.code(), calls[i], error)) << status;
      ExpectNoLeak(kernel, prepared_loops_);
      ExpectRetrySucceeds(kernel);
      if (status.ok()) {
        FakeKernel other;
        ASSERT_TRUE(RunFailing(other, i, error).ok());
        ExpectOutlastsPowerCut(other);
      }
      if (HasFailure()) return;
    }
  }
}

TEST_P(MachineStepsTest, KilledAtAnyCallTheRetrySucceeds) {
  const size_t calls = CallsOfRun().size();
  for (size_t n = 1; n <= calls; ++n) {
    for (const bool power_cut : {false, true}) {
      SCOPED_TRACE(
          absl::StrCat(power_cut ? "power cut" : "killed", " at call ", n));
      FakeKernel kernel;
      step().prepare(kernel);
      kernel.calls().StopAt(static_cast<int>(n));
      (void)step().run(kernel);
      power_cut ? kernel.PowerCut() : kernel.RestartProcess();
      if (power_cut) step().boot(kernel);
      loops_stay_ = !power_cut;
      ExpectRetrySucceeds(kernel);
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Machine, MachineStepsTest,
                         ::testing::ValuesIn(MachineSteps()),
                         [](const auto& step) { return step.param.name; });

}  // namespace
}  // namespace holdfast::steps
