#include "base/log.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace holdfast {
namespace {

TEST(QuoteTest, PlainValuesStayAsTheyAre) {
  for (const char* plain : {"a", "/dev/loop7", "p01-v9f", "1.5", "50%", "a_b",
                            "10.0.0.1:80", "x@y", "a+b"}) {
    EXPECT_EQ(Quote(plain), plain);
  }
}

TEST(QuoteTest, EmptyValueIsVisible) { EXPECT_EQ(Quote(""), "\"\""); }

TEST(QuoteTest, ValuesThatCouldForgeALineAreEscaped) {
  EXPECT_EQ(Quote("a b"), "\"a b\"");
  EXPECT_EQ(Quote("a\nevent=forged"), "\"a\\nevent=forged\"");
  EXPECT_EQ(Quote("a\"b"), "\"a\\\"b\"");
  EXPECT_EQ(Quote("a\\b"), "\"a\\\\b\"");
  EXPECT_EQ(Quote("k=v"), "\"k=v\"");
  EXPECT_EQ(Quote(absl::string_view("a\0b", 3)), "\"a\\000b\"");
  EXPECT_EQ(Quote("\r\x1b[31m"), "\"\\r\\033[31m\"");
}

TEST(QuoteTest, Utf8StaysReadable) { EXPECT_EQ(Quote("Größe"), "\"Größe\""); }

TEST(LogLineTest, IsKeysAndValues) {
  LogLine line("staged");
  line.Add("volume_id", "p1-v2").Add("tries", 3).Add("ratio", 0.5);
  line.Add("bytes", int64_t{1} << 40).AddTime(absl::Microseconds(400));
  line.Add("path", std::string("/a b"));
  EXPECT_EQ(line.text(),
            "event=staged volume_id=p1-v2 tries=3 ratio=0.500 "
            "bytes=1099511627776 ms=0.400 path=\"/a b\"");
}

TEST(LogLineTest, StreamsItsText) {
  std::ostringstream out;
  out << LogLine("a b").Add("k", "v");
  EXPECT_EQ(out.str(), "event=\"a b\" k=v");
}

}  // namespace
}  // namespace holdfast
