#include "cli/size.h"

#include <array>
#include <cstddef>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace holdfast::cli {
namespace {

constexpr absl::string_view kUnits = "KMGT";

absl::Status NotASize(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is not a size; write it like 512MiB or 1GiB"));
}

// The power of 1024 that `unit` stands for, or -1.
int Power(absl::string_view unit) {
  if (unit.empty() || unit == "B") return 0;
  const size_t power = kUnits.find(unit.front());
  const absl::string_view rest = unit.substr(1);
  if (power == absl::string_view::npos) return -1;
  return rest.empty() || rest == "iB" ? static_cast<int>(power) + 1 : -1;
}

}  // namespace

absl::StatusOr<int64_t> ParseSize(absl::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
  const int power = Power(absl::StripAsciiWhitespace(text.substr(digits)));
  int64_t number = 0;
  if (power < 0 || !absl::SimpleAtoi(text.substr(0, digits), &number)) {
    return NotASize(text);
  }
  if (number <= 0 ||
      number > (std::numeric_limits<int64_t>::max() >> (10 * power))) {
    return NotASize(text);
  }
  return number << (10 * power);
}

std::string FormatSize(int64_t bytes) {
  if (bytes < 1024) return absl::StrCat(bytes, " bytes");
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  const int decimals =
      value == static_cast<double>(static_cast<int64_t>(value)) ? 0 : 1;
  return absl::StrFormat("%.*f %ciB", decimals, value, kUnits[unit]);
}

}  // namespace holdfast::cli
