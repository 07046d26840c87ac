// Log lines: one line per event, key=value, quoted where needed.

#ifndef HOLDFAST_BASE_LOG_H_
#define HOLDFAST_BASE_LOG_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace holdfast {

// `value` as it stands in a log line: unchanged if it is plain (letters,
// digits and -_./:+@%), else in double quotes with C escapes, so that a line
// cannot be forged by what a caller sent.
std::string Quote(absl::string_view value);

// LOG(INFO) << LogLine("staged").Add("volume_id", id).Add("ms", 0.4);
// prints: event=staged volume_id=p1… ms=0.400
class LogLine {
 public:
  explicit LogLine(absl::string_view event);

  LogLine& Add(absl::string_view key, absl::string_view value);
  LogLine& Add(absl::string_view key, const char* value) {
    return Add(key, absl::string_view(value));
  }
  LogLine& Add(absl::string_view key, int64_t value);
  LogLine& Add(absl::string_view key, int value) {
    return Add(key, static_cast<int64_t>(value));
  }
  LogLine& Add(absl::string_view key, double value);
  // In milliseconds, under the key "ms".
  LogLine& AddTime(absl::Duration duration);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::ostream& operator<<(std::ostream& out, const LogLine& line);

// Sends glog to stderr at this verbosity (0 silent about details, 1 skipped
// steps, 2 redacted requests, 3 probes too). `program` is argv[0]. Call once,
// first thing in main.
void InitLogging(const char* program, int verbosity);

}  // namespace holdfast

#endif  // HOLDFAST_BASE_LOG_H_
