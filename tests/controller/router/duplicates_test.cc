#include "controller/router/duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/controller/router/fake_admin.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

using testing::HasSubstr;

class DuplicatesTest : public testing::Test {
 protected:
  // Has all agents asked, and waits until the metric says so.
  void Run(const std::string& line) {
    Duplicates duplicates(known_.agents, known_.appearances, metrics_,
                          absl::Milliseconds(5));
    Await(line);
  }
  void Await(const std::string& line) {
    ASSERT_TRUE(known_.agents.All(operation_).ok());
    const absl::Time end = absl::Now() + absl::Minutes(1);
    while (metrics_.Expose().find(line) == std::string::npos &&
           absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    EXPECT_THAT(metrics_.Expose(), HasSubstr(line));
  }
  static std::string Counted(const std::string& result) {
    return "holdfast_router_duplicates_total{result=\"" + result + "\"} 1";
  }

  SocketDirectory directory_;
  FakeAdmin a_{{HomeOf("a")}};
  FakeAdmin b_{{HomeOf("b")}};
  RunningAgent agent_a_{
      directory_.Socket("a"), a_, {{Keys().pools, "a=" + HomeOf("a")}}};
  RunningAgent agent_b_{
      directory_.Socket("b"), b_, {{Keys().pools, "b=" + HomeOf("b")}}};
  Directory known_{{agent_a_.endpoint(), agent_b_.endpoint()}};
  Metrics metrics_;
  const Operation operation_{"test"};
};

TEST_F(DuplicatesTest, TheOneThatWasNeverWrittenGoes) {
  for (const char* name : {"1", "2", "3"}) a_.AddVolume(name, 5, 5);
  const std::string pristine = a_.AddVolume("v", 10, 10);
  const std::string written = b_.AddVolume("v", 20, 30);
  Run(Counted("trashed"));
  EXPECT_FALSE(a_.Has(pristine));
  EXPECT_TRUE(b_.Has(written));
  EXPECT_TRUE(a_.Has(MakeId('p', HomeOf("a"), IdKind::kVolume, "1")));
}

TEST_F(DuplicatesTest, OfTwoThatWereNeverWrittenOneGoesOnceTheOtherIsWritten) {
  const std::string one = a_.AddVolume("v", 20, 20);
  const std::string other = b_.AddVolume("v", 10, 10);
  // Told of when the two above have been seen.
  a_.AddVolume("w", 1, 2);
  b_.AddVolume("w", 1, 2);
  Duplicates duplicates(known_.agents, known_.appearances, metrics_,
                        absl::Milliseconds(5));
  Await(Counted("both_written"));
  EXPECT_TRUE(a_.Has(one));
  EXPECT_TRUE(b_.Has(other));
  b_.AddVolume("v", 10, 30);
  Await(Counted("trashed"));
  EXPECT_FALSE(a_.Has(one));
  EXPECT_TRUE(b_.Has(other));
}

TEST_F(DuplicatesTest, WhatWasMeantToBeTwoIsNotTouched) {
  const std::string one = a_.AddVolume("v", 10, 10, "fast");
  const std::string other = b_.AddVolume("v", 20, 30, "bulk");
  Run(Counted("different"));
  EXPECT_TRUE(a_.Has(one));
  EXPECT_TRUE(b_.Has(other));
}

TEST_F(DuplicatesTest, WhatWasWrittenIsNotTouched) {
  const std::string one = a_.AddVolume("v", 10, 11);
  const std::string other = b_.AddVolume("v", 20, 21);
  Run(Counted("both_written"));
  EXPECT_TRUE(a_.Has(one));
  EXPECT_TRUE(b_.Has(other));
}

}  // namespace
}  // namespace holdfast::controller
