#include "tests/root/load/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"

namespace holdfast::root {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const ObjectState kSmall = {.bytes = 1, .source = ""};
const ObjectState kLarge = {.bytes = 2, .source = ""};

Cut CutNow() { return {.begin = absl::Now(), .end = absl::Now()}; }

TEST(HistoryTest, AnAcknowledgedCreateMustBeThere) {
  History history;
  history.Begin("v", kSmall);
  history.Acknowledge("v");
  const Cut cut = CutNow();
  EXPECT_THAT(history.Judge(cut, {{"v", kSmall}}), IsEmpty());
  EXPECT_THAT(history.Judge(cut, {}), SizeIs(1));
  EXPECT_THAT(history.Judge(cut, {{"v", kLarge}}), SizeIs(1));
}

TEST(HistoryTest, ACallInFlightMayOrMayNotHaveHappened) {
  History history;
  history.Begin("v", kSmall);
  const Cut cut = CutNow();
  EXPECT_THAT(history.Judge(cut, {{"v", kSmall}}), IsEmpty());
  EXPECT_THAT(history.Judge(cut, {}), IsEmpty());
  EXPECT_THAT(history.Judge(cut, {{"v", kLarge}}), SizeIs(1));
}

TEST(HistoryTest, AnAcknowledgedDeleteMustBeGone) {
  History history;
  history.Begin("v", kSmall);
  history.Acknowledge("v");
  history.Begin("v", std::nullopt);
  history.Acknowledge("v");
  EXPECT_THAT(history.Judge(CutNow(), {{"v", kSmall}}), SizeIs(1));
  EXPECT_THAT(history.Judge(CutNow(), {}), IsEmpty());
}

TEST(HistoryTest, AnAcknowledgedExpansionMustBeThere) {
  History history;
  history.Begin("v", kSmall);
  history.Acknowledge("v");
  history.Begin("v", kLarge);
  const Cut in_flight = CutNow();
  EXPECT_THAT(history.Judge(in_flight, {{"v", kSmall}}), IsEmpty());
  EXPECT_THAT(history.Judge(in_flight, {{"v", kLarge}}), IsEmpty());
  EXPECT_THAT(history.Judge(in_flight, {}), SizeIs(1));
  history.Acknowledge("v");
  EXPECT_THAT(history.Judge(CutNow(), {{"v", kSmall}}), SizeIs(1));
}

TEST(HistoryTest, AccessPublicationsAndDataAreJudgedToo) {
  History history;
  const ObjectState state = {.bytes = 1, .nodes = "node", .data = "letters"};
  history.Begin("v", state);
  history.Acknowledge("v");
  EXPECT_THAT(history.Judge(CutNow(), {{"v", state}}), IsEmpty());
  ObjectState other = state;
  other.access = Access::kBlock;
  EXPECT_THAT(history.Judge(CutNow(), {{"v", other}}), SizeIs(1));
  other = state;
  other.nodes = "";
  EXPECT_THAT(history.Judge(CutNow(), {{"v", other}}), SizeIs(1));
  other = state;
  other.data = "";
  EXPECT_THAT(history.Judge(CutNow(), {{"v", other}}), SizeIs(1));
}

TEST(HistoryTest, ACallThatBeganAfterTheCutHasNotHappened) {
  History history;
  const Cut cut = CutNow();
  history.Begin("v", kSmall);
  history.Acknowledge("v");
  EXPECT_THAT(history.Judge(cut, {}), IsEmpty());
  EXPECT_THAT(history.Judge(cut, {{"v", kSmall}}), SizeIs(1));
}

TEST(HistoryTest, AnObjectThatNobodyAskedForIsWrong) {
  EXPECT_THAT(History().Judge(CutNow(), {{"v", kSmall}}), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::root
