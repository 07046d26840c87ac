#include "cli/size.h"

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

TEST(ParseSizeTest, UnderstandsEachUnit) {
  EXPECT_EQ(ParseSize("1048576").value_or(0), int64_t{1} << 20);
  EXPECT_EQ(ParseSize("7B").value_or(0), 7);
  EXPECT_EQ(ParseSize("64K").value_or(0), int64_t{64} << 10);
  EXPECT_EQ(ParseSize("512 MiB").value_or(0), int64_t{512} << 20);
  EXPECT_EQ(ParseSize("1GiB").value_or(0), int64_t{1} << 30);
  EXPECT_EQ(ParseSize("2T").value_or(0), int64_t{2} << 40);
}

TEST(ParseSizeTest, RefusesWhatIsNotASize) {
  for (const char* text : {"", "GiB", "-1", "0", "1.5GiB", "1GB", "1Gi", "1X",
                           "9223372036854775808", "8388608TiB"}) {
    EXPECT_EQ(ParseSize(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(ParseSizeTest, LargestThatFitsIsTaken) {
  EXPECT_EQ(ParseSize("8388607TiB").value_or(0), int64_t{8388607} << 40);
}

TEST(FormatSizeTest, PicksTheUnit) {
  EXPECT_EQ(FormatSize(812), "812 bytes");
  EXPECT_EQ(FormatSize(int64_t{64} << 20), "64 MiB");
  EXPECT_EQ(FormatSize(int64_t{3} << 29), "1.5 GiB");
  EXPECT_EQ(FormatSize(int64_t{5000} << 40), "5000 TiB");
}

}  // namespace
}  // namespace holdfast::cli
