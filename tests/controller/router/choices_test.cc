#include "controller/router/choices.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::controller {
namespace {

TEST(ChoicesTest, TheLastChoiceHoldsUntilItIsForgotten) {
  Choices choices;
  EXPECT_FALSE(choices.Find("a"));
  choices.Remember("a", {.home = "one", .segments = {}});
  choices.Remember("a", {.home = "two", .segments = {}});
  EXPECT_EQ(choices.Find("a")->home, "two");
  choices.Forget("a");
  EXPECT_FALSE(choices.Find("a"));
}

TEST(ChoicesTest, TheOldestMakesRoom) {
  Choices choices;
  for (size_t i = 0; i <= Choices::kMost; ++i) {
    choices.Remember(std::to_string(i), {.home = "pool", .segments = {}});
  }
  EXPECT_FALSE(choices.Find("0"));
  EXPECT_TRUE(choices.Find("1"));
  EXPECT_TRUE(choices.Find(std::to_string(Choices::kMost)));
}

}  // namespace
}  // namespace holdfast::controller
