#include "backend/types.h"

#include <gtest/gtest.h>

#include <set>

namespace holdfast::backend {
namespace {

TEST(AccessModeTest, EveryModeHasTheNameThatCsiGivesIt) {
  std::set<std::string> names;
  for (int mode = 1; mode <= 7; ++mode) {
    names.insert(Name(static_cast<AccessMode>(mode)));
  }
  EXPECT_EQ(names.size(), 7u);
  EXPECT_EQ(Name(AccessMode::kSingleNodeWriter), "SINGLE_NODE_WRITER");
  EXPECT_EQ(Name(AccessMode::kMultiNodeSingleWriter),
            "MULTI_NODE_SINGLE_WRITER");
  EXPECT_EQ(Name(static_cast<AccessMode>(99)), "UNKNOWN");
}

TEST(AccessModeTest, NobodyWritesInReaderOnlyModes) {
  for (int mode = 1; mode <= 7; ++mode) {
    EXPECT_EQ(IsReaderOnly(static_cast<AccessMode>(mode)),
              mode == 2 || mode == 3);
  }
}

TEST(SatisfiesTest, ZeroIsNotGiven) {
  EXPECT_TRUE(Satisfies(5, {0, 0}));
  EXPECT_TRUE(Satisfies(5, {5, 5}));
  EXPECT_FALSE(Satisfies(5, {6, 0}));
  EXPECT_FALSE(Satisfies(5, {0, 4}));
}

}  // namespace
}  // namespace holdfast::backend
