#include "tests/root/load/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"

namespace holdfast::root {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Facts kNothing = {};
const Facts kSmall = {{"v", "1 byte"}};
const Facts kLarge = {{"v", "2 bytes"}};
const Facts kGone = {{"v", ""}};

Cut CutNow() { return {.begin = absl::Now(), .end = absl::Now()}; }

TEST(HistoryTest, AnAcknowledgedCreateMustBeThere) {
  History history;
  history.Begin(kSmall);
  history.Acknowledge(kSmall);
  const Cut cut = CutNow();
  EXPECT_THAT(history.Judge(cut, kSmall), IsEmpty());
  EXPECT_THAT(history.Judge(cut, kNothing), SizeIs(1));
  EXPECT_THAT(history.Judge(cut, kLarge), SizeIs(1));
}

TEST(HistoryTest, ACallInFlightMayOrMayNotHaveHappened) {
  History history;
  history.Begin(kSmall);
  const Cut cut = CutNow();
  EXPECT_THAT(history.Judge(cut, kSmall), IsEmpty());
  EXPECT_THAT(history.Judge(cut, kNothing), IsEmpty());
  EXPECT_THAT(history.Judge(cut, kLarge), SizeIs(1));
}

TEST(HistoryTest, AnAcknowledgedDeleteMustBeGone) {
  History history;
  history.Begin(kSmall);
  history.Acknowledge(kSmall);
  history.Begin(kGone);
  history.Acknowledge(kSmall);
  EXPECT_THAT(history.Judge(CutNow(), kSmall), SizeIs(1));
  EXPECT_THAT(history.Judge(CutNow(), kNothing), IsEmpty());
}

TEST(HistoryTest, AnAcknowledgedExpansionMustBeThere) {
  History history;
  history.Begin(kSmall);
  history.Acknowledge(kSmall);
  history.Begin(kLarge);
  const Cut in_flight = CutNow();
  EXPECT_THAT(history.Judge(in_flight, kSmall), IsEmpty());
  EXPECT_THAT(history.Judge(in_flight, kLarge), IsEmpty());
  EXPECT_THAT(history.Judge(in_flight, kNothing), SizeIs(1));
  history.Acknowledge(kSmall);
  EXPECT_THAT(history.Judge(CutNow(), kSmall), SizeIs(1));
}

TEST(HistoryTest, WhatACallChangesIsJudgedThingByThing) {
  History history;
  history.Begin({{"v", "1 byte"}, {"loop v", "rw"}});
  EXPECT_THAT(history.Judge(CutNow(), {{"loop v", "rw"}}), IsEmpty());
  history.Acknowledge({{"v", ""}, {"loop v", ""}});
  EXPECT_THAT(history.Judge(CutNow(), {{"loop v", "rw"}}), SizeIs(1));
  EXPECT_THAT(history.Judge(CutNow(), kNothing), SizeIs(2));
}

TEST(HistoryTest, OnlyTheseThingsAreJudgedIfAsked) {
  History history;
  history.Begin({{"v", "1 byte"}, {"w", "1 byte"}});
  history.Acknowledge({{"v", ""}, {"w", ""}});
  EXPECT_THAT(history.JudgeThese(CutNow(), kSmall), IsEmpty());
  EXPECT_THAT(history.JudgeThese(CutNow(), kLarge), SizeIs(1));
  EXPECT_THAT(history.JudgeThese(CutNow(), {{"x", "1 byte"}}), SizeIs(1));
}

TEST(ObjectStateTest, EveryPartIsInItsText) {
  const ObjectState state = {.bytes = 1, .nodes = "node", .data = "letters"};
  std::vector<ObjectState> others(6, state);
  others[0].bytes = 2;
  others[1].source = "s";
  others[2].access = Access::kBlock;
  others[3].nodes = "";
  others[4].data = "";
  others[5].fs_type = "xfs";
  for (const ObjectState& other : others) EXPECT_NE(Text(other), Text(state));
  EXPECT_NE(Text(state, 1), Text(state));
  EXPECT_NE(Text(std::nullopt, 1), Text(std::nullopt));
  EXPECT_EQ(Text(std::nullopt), "");
}

TEST(HistoryTest, ACallThatBeganAfterTheCutHasNotHappened) {
  History history;
  const Cut cut = CutNow();
  history.Begin(kSmall);
  history.Acknowledge(kSmall);
  EXPECT_THAT(history.Judge(cut, kNothing), IsEmpty());
  EXPECT_THAT(history.Judge(cut, kSmall), SizeIs(1));
}

TEST(HistoryTest, AnObjectThatNobodyAskedForIsWrong) {
  EXPECT_THAT(History().Judge(CutNow(), kSmall), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::root
