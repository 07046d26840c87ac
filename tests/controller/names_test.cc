#include "controller/names.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace holdfast::controller {
namespace {

// The bytes of a code point below U+0800.
std::string Utf8(unsigned point) {
  if (point < 0x80) return std::string(1, static_cast<char>(point));
  return {static_cast<char>(0xC0 | point >> 6),
          static_cast<char>(0x80 | (point & 0x3F))};
}

bool Allowed(const std::string& name) { return CheckName(name).ok(); }

TEST(NamesTest, AnyPrintableUnicodeIsAName) {
  EXPECT_TRUE(Allowed("pvc-1"));
  EXPECT_TRUE(Allowed("a name / with\ttab and\nnew\rlines"));
  EXPECT_TRUE(Allowed("\u00e4\u00f6\u00fc \u4e2d\u6587 \U0001F600"));
}

TEST(NamesTest, ExactlyTheControlCharactersOfTheSpecAreForbidden) {
  for (unsigned point = 0; point < 0x200; ++point) {
    const bool forbidden = point <= 0x08 || point == 0x0B || point == 0x0C ||
                           (point >= 0x0E && point <= 0x1F) ||
                           (point >= 0x7F && point <= 0x9F);
    EXPECT_EQ(Allowed(absl::StrCat("a", Utf8(point), "b")), !forbidden)
        << point;
  }
}

TEST(NamesTest, AnEmptyNameIsMissing) {
  EXPECT_TRUE(absl::IsInvalidArgument(CheckName("")));
}

TEST(NamesTest, WhatIsNotUtf8IsRefused) {
  EXPECT_FALSE(Allowed("\x80"));              // continues nothing
  EXPECT_FALSE(Allowed("\xC3"));              // cut short
  EXPECT_FALSE(Allowed("\xC3z"));             // not continued
  EXPECT_FALSE(Allowed("\xC1\xA1"));          // overlong
  EXPECT_FALSE(Allowed("\xE0\x82\x80"));      // overlong
  EXPECT_FALSE(Allowed("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(Allowed("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(Allowed("\xFF"));
}

}  // namespace
}  // namespace holdfast::controller
