// What was logged while a test ran.

#ifndef HOLDFAST_TESTS_RPC_LOG_CAPTURE_H_
#define HOLDFAST_TESTS_RPC_LOG_CAPTURE_H_

#include <glog/logging.h>

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace holdfast::rpc {

struct LoggedLine {
  google::LogSeverity severity;
  std::string text;
};

// Sees every line from its making to its end, at this verbosity. Thread-safe.
class LogCapture : public google::LogSink {
 public:
  explicit LogCapture(int verbosity = 0);
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  ~LogCapture() override;

  // The lines that hold `part`.
  std::vector<LoggedLine> With(const std::string& part) const;
  // All lines.
  std::string Text() const;

  using google::LogSink::send;
  void send(google::LogSeverity severity, const char* full_filename,
            const char* base_filename, int line,
            const google::LogMessageTime& time, const char* message,
            size_t message_length) override;

 private:
  const int verbosity_before_;
  mutable absl::Mutex mutex_;
  std::vector<LoggedLine> lines_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_TESTS_RPC_LOG_CAPTURE_H_
