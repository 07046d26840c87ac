#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ProgressTest, PlainOutputIsOneLinePerStep) {
  std::ostringstream out;
  Progress progress(out, Screen::kPlain);
  progress.Begin("clone", 3);
  for (int i = 0; i < 3; ++i) progress.Advance();
  EXPECT_EQ(out.str(), "");
  progress.End("p50 1 ms");
  EXPECT_THAT(out.str(), StartsWith("  clone  "));
  EXPECT_THAT(out.str(), HasSubstr(" ms   p50 1 ms\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(ProgressTest, TerminalShowsABarAndClearsIt) {
  std::ostringstream out;
  Progress progress(out, Screen::kTerminal);
  progress.Begin("clone", 2);
  EXPECT_THAT(out.str(), HasSubstr("[........................] 0/2"));
  progress.Advance();
  progress.Advance();
  progress.End();
  const std::string last = out.str().substr(out.str().rfind('\r'));
  EXPECT_THAT(last, StartsWith("\r\x1b[K  clone"));
  EXPECT_THAT(last, Not(HasSubstr("[#")));
}

TEST(ProgressTest, AFailedStepIsNamed) {
  std::ostringstream out;
  Progress progress(out, Screen::kPlain);
  progress.Begin("stage it");
  progress.Fail();
  EXPECT_THAT(out.str(), MatchesRegex("  stage it +failed\n"));
}

TEST(FormatTimeTest, KeepsThreeDigits) {
  EXPECT_EQ(FormatTime(absl::Microseconds(1234)), "1.23 ms");
  EXPECT_EQ(FormatTime(absl::Microseconds(56)), "0.06 ms");
  EXPECT_EQ(FormatTime(absl::Milliseconds(45)), "45.0 ms");
  EXPECT_EQ(FormatTime(absl::Milliseconds(310)), "310 ms");
  EXPECT_EQ(FormatTime(absl::Milliseconds(4200)), "4.20 s");
  EXPECT_EQ(FormatTime(absl::Seconds(75)), "75.0 s");
}

}  // namespace
}  // namespace holdfast::cli
