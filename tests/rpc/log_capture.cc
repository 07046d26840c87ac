#include "tests/rpc/log_capture.h"

#include <utility>

namespace holdfast::rpc {

LogCapture::LogCapture(int verbosity)
    : verbosity_before_(std::exchange(FLAGS_v, verbosity)) {
  google::AddLogSink(this);
}

LogCapture::~LogCapture() {
  google::RemoveLogSink(this);
  FLAGS_v = verbosity_before_;
}

std::vector<LoggedLine> LogCapture::With(const std::string& part) const {
  absl::MutexLock lock(&mutex_);
  std::vector<LoggedLine> found;
  for (const LoggedLine& line : lines_) {
    if (line.text.find(part) != std::string::npos) found.push_back(line);
  }
  return found;
}

std::string LogCapture::Text() const {
  absl::MutexLock lock(&mutex_);
  std::string text;
  for (const LoggedLine& line : lines_) text += line.text + "\n";
  return text;
}

void LogCapture::send(google::LogSeverity severity, const char*, const char*,
                      int, const google::LogMessageTime&, const char* message,
                      size_t message_length) {
  absl::MutexLock lock(&mutex_);
  lines_.push_back({severity, std::string(message, message_length)});
}

}  // namespace holdfast::rpc
