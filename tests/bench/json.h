// JSON as text, for results.

#ifndef HOLDFAST_TESTS_BENCH_JSON_H_
#define HOLDFAST_TESTS_BENCH_JSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace holdfast::bench {

// An object with its members in the order in which they were set.
class JsonObject {
 public:
  JsonObject& Text(absl::string_view key, absl::string_view value);
  JsonObject& Integer(absl::string_view key, int64_t value);
  // With three digits after the point.
  JsonObject& Number(absl::string_view key, double value);
  // Whole microseconds; the key should end in "_us".
  JsonObject& Micros(absl::string_view key, absl::Duration value);
  // `json` is a value already.
  JsonObject& Json(absl::string_view key, absl::string_view json);

  std::string ToString() const;

 private:
  std::vector<std::string> members_;
};

// Of values that are JSON already.
std::string JsonArray(const std::vector<std::string>& values);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_JSON_H_
