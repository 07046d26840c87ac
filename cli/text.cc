#include "cli/text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace holdfast::cli {
namespace {

constexpr int kBarWidth = 10;

}  // namespace

std::string LocalTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::LocalTimeZone());
}

std::string FillBar(int64_t used, int64_t total) {
  if (total <= 0) return "";
  const double share = std::clamp(
      static_cast<double>(used) / static_cast<double>(total), 0.0, 1.0);
  const int full = static_cast<int>(share * kBarWidth + 0.5);
  return absl::StrFormat("[%s%s] %3d%%", std::string(full, '#'),
                         std::string(kBarWidth - full, '.'),
                         static_cast<int>(share * 100 + 0.5));
}

std::string Plain(absl::string_view text) {
  std::string plain(text);
  std::replace_if(
      plain.begin(), plain.end(),
      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); },
      '?');
  return plain;
}

}  // namespace holdfast::cli
