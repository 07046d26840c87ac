// The judge tells what can have happened from what cannot.

#include "tests/races/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::races {
namespace {

using Code = absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Outcome kOk{};
const Outcome kOf64{.bytes = 64};
const Outcome kGone{.code = Code::kNotFound};
const Action kCreate64{.verb = Verb::kCreate, .bytes = 64};
const Action kGet{.verb = Verb::kGet};
const Action kDelete{.verb = Verb::kDelete};
const Action kExpand96{.verb = Verb::kExpand, .bytes = 96};
const Action kSnapshot{.verb = Verb::kSnapshot};
const Action kStage{.verb = Verb::kStage};
const Action kPublish{.verb = Verb::kPublish};

std::string Wrong(const std::vector<Call>& calls) {
  return Judge({State()}, calls).wrong;
}

TEST(JudgeTest, OneCallAfterTheOther) {
  const Verdict verdict = Judge({State()}, {{kGet, kGone, 1, 2},
                                            {kCreate64, kOf64, 3, 4},
                                            {kGet, kOf64, 5, 6},
                                            {kExpand96, {.bytes = 96}, 7, 8},
                                            {kSnapshot, {.bytes = 96}, 9, 10},
                                            {kDelete, kOk, 11, 12},
                                            {kSnapshot, {.bytes = 96}, 13, 14},
                                            {kGet, kGone, 15, 16}});
  EXPECT_EQ(verdict.wrong, "");
  EXPECT_THAT(verdict.states, SizeIs(1));
}

TEST(JudgeTest, WhatIsAcknowledgedIsSeen) {
  EXPECT_THAT(Wrong({{kCreate64, kOf64, 1, 2}, {kGet, kGone, 3, 4}}),
              HasSubstr("nothing explains 3-4 get"));
}

TEST(JudgeTest, WhatIsBeingMadeMayBeSeenOrNot) {
  for (const Outcome& seen : {kOf64, kGone}) {
    EXPECT_EQ(Wrong({{kCreate64, kOf64, 1, 4}, {kGet, seen, 2, 3}}), "");
  }
}

TEST(JudgeTest, WhatWasSeenOnceDoesNotVanish) {
  EXPECT_THAT(
      Wrong(
          {{kCreate64, kOf64, 1, 8}, {kGet, kOf64, 2, 3}, {kGet, kGone, 4, 5}}),
      HasSubstr("nothing explains 4-5 get"));
}

TEST(JudgeTest, WhatIsDeletedStaysSo) {
  const std::vector<Call> before = {{kCreate64, kOf64, 1, 2},
                                    {kDelete, kOk, 3, 4}};
  auto calls = before;
  calls.push_back({kGet, kOf64, 5, 6});
  EXPECT_NE(Wrong(calls), "");
  // Unless it is being made again.
  calls.push_back({kCreate64, kOf64, 5, 9});
  calls[2] = {kGet, kOf64, 6, 7};
  EXPECT_EQ(Wrong(calls), "");
}

TEST(JudgeTest, ASnapshotHasASizeOfItsTime) {
  const auto cut = [](int64_t bytes) -> std::vector<Call> {
    return {{kCreate64, kOf64, 1, 2},
            {kExpand96, {.bytes = 96}, 3, 6},
            {kSnapshot, {.bytes = bytes}, 4, 5},
            {kExpand96, {.bytes = 96}, 7, 8}};
  };
  EXPECT_EQ(Wrong(cut(64)), "");
  EXPECT_EQ(Wrong(cut(96)), "");
  EXPECT_NE(Wrong(cut(80)), "");
  EXPECT_NE(Wrong(cut(0)), "");
}

TEST(JudgeTest, WhatIsPublishedIsNotDeleted) {
  EXPECT_NE(Wrong({{kCreate64, kOf64, 1, 2},
                   {kStage, kOk, 3, 4},
                   {kPublish, kOk, 5, 6},
                   {kDelete, kOk, 7, 8}}),
            "");
}

TEST(JudgeTest, MountsAreThoseOfTheAnswers) {
  const auto seen = [](int64_t places) -> std::vector<Call> {
    return {{kCreate64, kOf64, 1, 2},
            {kStage, kOk, 3, 4},
            {{.verb = Verb::kLook}, {.bytes = places}, 5, 6}};
  };
  EXPECT_EQ(Wrong(seen(1)), "");
  EXPECT_NE(Wrong(seen(0)), "");
  EXPECT_NE(Wrong(seen(3)), "");
}

TEST(JudgeTest, AbortedNeedsAnother) {
  const Outcome aborted{.code = Code::kAborted};
  EXPECT_THAT(Wrong({{kCreate64, aborted, 1, 2}}), HasSubstr("by nobody"));
  EXPECT_EQ(Wrong({{kCreate64, aborted, 1, 3}, {kCreate64, kOf64, 2, 4}}), "");
  EXPECT_THAT(Wrong({{kCreate64, aborted, 1, 3}, {kGet, kGone, 2, 4}}),
              HasSubstr("by nobody"));
}

TEST(JudgeTest, OtherCodesAreWrong) {
  for (const Code code : {Code::kInternal, Code::kUnknown, Code::kUnavailable,
                          Code::kResourceExhausted}) {
    for (int verb = 0; verb <= static_cast<int>(Verb::kLook); ++verb) {
      const Verdict verdict =
          Judge({State()},
                {{{.verb = static_cast<Verb>(verb)}, {.code = code}, 1, 2}});
      EXPECT_NE(verdict.wrong, "") << verb;
      EXPECT_THAT(verdict.states, IsEmpty());
    }
  }
}

}  // namespace
}  // namespace holdfast::races
