#include "controller/topology.h"

#include <gtest/gtest.h>

namespace holdfast::controller {
namespace {

const Segments kHere = {{"x/node", "n1"}, {"x/zone", "a"}};
const Segments kThere = {{"x/node", "n2"}};

TEST(TopologyTest, APlaceLiesWithinAWiderOne) {
  EXPECT_TRUE(Within(kHere, {{"x/zone", "a"}}));
  EXPECT_TRUE(Within(kHere, kHere));
  EXPECT_TRUE(Within(kHere, {}));
}

TEST(TopologyTest, APlaceLiesNotWithinANarrowerOrAnotherOne) {
  EXPECT_FALSE(Within(kHere, {{"x/zone", "a"}, {"x/rack", "7"}}));
  EXPECT_FALSE(Within(kHere, kThere));
}

TEST(TopologyTest, KeysCompareWithoutCaseAndValuesWithIt) {
  EXPECT_TRUE(Within(kHere, {{"X/Zone", "a"}}));
  EXPECT_FALSE(Within(kHere, {{"x/zone", "A"}}));
}

TEST(TopologyTest, OneRequisiteTermIsEnough) {
  EXPECT_TRUE(Allows({.requisite = {kThere, kHere}}, kHere));
  EXPECT_FALSE(Allows({.requisite = {kThere}}, kHere));
  EXPECT_TRUE(Allows({}, kHere));
}

TEST(TopologyTest, AWishAloneRefusesNothing) {
  EXPECT_TRUE(Allows({.preferred = {kThere}}, kHere));
}

TEST(TopologyTest, TheFirstPreferredTermThatFitsIsTheRank) {
  const TopologyRequirement wish{.preferred = {kThere, {{"x/zone", "a"}}}};
  EXPECT_EQ(Preference(wish, kThere), 0);
  EXPECT_EQ(Preference(wish, kHere), 1);
  EXPECT_EQ(Preference(wish, {{"x/node", "n3"}}), std::nullopt);
}

}  // namespace
}  // namespace holdfast::controller
