#include "os/block_counters.h"

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

TEST(BlockCountersTest, FieldsAreThoseOfTheKernelsDocument) {
  const auto counters = ParseBlockCounters(
      "     101        2     1600       31     202        4     3200      77"
      "        5      111      108     303        0     4096       12"
      "      404       13\n");
  ASSERT_TRUE(counters.has_value());
  EXPECT_EQ(counters->reads, 101u);
  EXPECT_EQ(counters->read_bytes, 1600u * 512);
  EXPECT_EQ(counters->reading, absl::Milliseconds(31));
  EXPECT_EQ(counters->writes, 202u);
  EXPECT_EQ(counters->written_bytes, 3200u * 512);
  EXPECT_EQ(counters->writing, absl::Milliseconds(77));
  EXPECT_EQ(counters->in_flight, 5u);
  EXPECT_EQ(counters->busy, absl::Milliseconds(111));
  EXPECT_EQ(counters->discards, 303u);
  EXPECT_EQ(counters->discarded_bytes, 4096u * 512);
  EXPECT_EQ(counters->flushes, 404u);
}

TEST(BlockCountersTest, AnythingElseIsNothing) {
  EXPECT_FALSE(ParseBlockCounters("").has_value());
  EXPECT_FALSE(ParseBlockCounters("1 2 3 4 5 6 7 8 9 10 11").has_value());
  EXPECT_FALSE(ParseBlockCounters("1 2 3 4 5 6 7 8 9 10 11 12 13 14 x 16 17")
                   .has_value());
}

}  // namespace
}  // namespace holdfast::os
