#include "base/log.h"

#include <glog/logging.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace holdfast {
namespace {

bool IsPlain(absl::string_view value) {
  constexpr absl::string_view kPunctuation = "-_./:+@%";
  return !value.empty() && std::all_of(value.begin(), value.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kPunctuation.find(c) != absl::string_view::npos;
  });
}

}  // namespace

std::string Quote(absl::string_view value) {
  if (IsPlain(value)) return std::string(value);
  return absl::StrCat("\"", absl::Utf8SafeCEscape(value), "\"");
}

LogLine::LogLine(absl::string_view event)
    : text_(absl::StrCat("event=", Quote(event))) {}

LogLine& LogLine::Add(absl::string_view key, absl::string_view value) {
  absl::StrAppend(&text_, " ", key, "=", Quote(value));
  return *this;
}

LogLine& LogLine::Add(absl::string_view key, int64_t value) {
  absl::StrAppend(&text_, " ", key, "=", value);
  return *this;
}

LogLine& LogLine::Add(absl::string_view key, double value) {
  absl::StrAppendFormat(&text_, " %s=%.3f", key, value);
  return *this;
}

LogLine& LogLine::AddTime(absl::Duration duration) {
  return Add("ms", absl::ToDoubleMilliseconds(duration));
}

std::ostream& operator<<(std::ostream& out, const LogLine& line) {
  return out << line.text();
}

void InitLogging(const char* program, int verbosity) {
  FLAGS_logtostderr = true;
  FLAGS_v = verbosity;
  google::InitGoogleLogging(program);
}

}  // namespace holdfast
