#include "tests/bench/json.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace holdfast::bench {
namespace {

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) continue;
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

JsonObject& JsonObject::Text(absl::string_view key, absl::string_view value) {
  return Json(key, Quoted(value));
}

JsonObject& JsonObject::Integer(absl::string_view key, int64_t value) {
  return Json(key, absl::StrCat(value));
}

JsonObject& JsonObject::Number(absl::string_view key, double value) {
  return Json(key, absl::StrFormat("%.3f", value));
}

JsonObject& JsonObject::Micros(absl::string_view key, absl::Duration value) {
  return Integer(key, absl::ToInt64Microseconds(value));
}

JsonObject& JsonObject::Json(absl::string_view key, absl::string_view json) {
  members_.push_back(absl::StrCat(Quoted(key), ":", json));
  return *this;
}

std::string JsonObject::ToString() const {
  return absl::StrCat("{", absl::StrJoin(members_, ","), "}");
}

std::string JsonArray(const std::vector<std::string>& values) {
  return absl::StrCat("[", absl::StrJoin(values, ","), "]");
}

}  // namespace holdfast::bench
