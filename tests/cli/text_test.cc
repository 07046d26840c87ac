#include "cli/text.h"

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

TEST(LocalTimeTest, ShowsSecondsInTheLocalTimeZone) {
  const absl::CivilSecond moment(2026, 3, 1, 14, 5, 9);
  EXPECT_EQ(LocalTime(absl::FromCivil(moment, absl::LocalTimeZone())),
            "2026-03-01 14:05:09");
}

TEST(FillBarTest, IsAsLongAsItsShare) {
  EXPECT_EQ(FillBar(0, 100), "[..........]   0%");
  EXPECT_EQ(FillBar(58, 100), "[######....]  58%");
  EXPECT_EQ(FillBar(100, 100), "[##########] 100%");
}

TEST(FillBarTest, StaysWithinItsEnds) {
  EXPECT_EQ(FillBar(300, 100), "[##########] 100%");
  EXPECT_EQ(FillBar(-1, 100), "[..........]   0%");
  EXPECT_EQ(FillBar(1, 0), "");
}

TEST(PlainTest, ATerminalGetsNoOrders) {
  EXPECT_EQ(Plain("a\x1b[2J\nb"), "a?[2J?b");
  EXPECT_EQ(Plain("größe"), "größe");
}

}  // namespace
}  // namespace holdfast::cli
