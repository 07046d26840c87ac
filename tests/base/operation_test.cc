#include "base/operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/time/clock.h"

namespace holdfast {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(OperationTest, IsActiveWithoutDeadlineOrCancellation) {
  const Operation operation("CreateVolume");
  EXPECT_TRUE(operation.CheckActive().ok());
  EXPECT_EQ(operation.deadline(), absl::InfiniteFuture());
}

TEST(OperationTest, IsActiveBeforeItsDeadline) {
  const Operation operation("CreateVolume", absl::Now() + absl::Hours(1));
  EXPECT_TRUE(operation.CheckActive().ok());
}

TEST(OperationTest, PastItsDeadlineSaysWhereItStands) {
  Operation operation("CreateVolume", absl::Now() - absl::Nanoseconds(1));
  operation.Step("clone");
  const absl::Status status = operation.CheckActive();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("CreateVolume"), HasSubstr("clone"),
                    HasSubstr("repeat")));
}

TEST(OperationTest, CancellationIsAskedEachTime) {
  bool cancelled = false;
  const Operation operation("StageVolume", absl::InfiniteFuture(),
                            [&] { return cancelled; });
  EXPECT_TRUE(operation.CheckActive().ok());
  cancelled = true;
  EXPECT_EQ(operation.CheckActive().code(), absl::StatusCode::kCancelled);
}

TEST(OperationTest, CancellationIsToldBeforeTheDeadline) {
  const Operation operation("StageVolume", absl::InfinitePast(),
                            [] { return true; });
  EXPECT_EQ(operation.CheckActive().code(), absl::StatusCode::kCancelled);
}

TEST(OperationTest, KnowsNameStepAndStart) {
  const absl::Time before = absl::Now();
  Operation operation("StageVolume");
  EXPECT_EQ(operation.name(), "StageVolume");
  EXPECT_STREQ(operation.step(), "start");
  operation.Step("mount");
  EXPECT_STREQ(operation.step(), "mount");
  EXPECT_GE(operation.started(), before);
  EXPECT_LE(operation.started(), absl::Now());
}

}  // namespace
}  // namespace holdfast
