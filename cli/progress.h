// What a long command shows while it works.

#ifndef HOLDFAST_CLI_PROGRESS_H_
#define HOLDFAST_CLI_PROGRESS_H_

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace holdfast::cli {

enum class Screen { kTerminal, kPlain };

// Whether an open file is a terminal.
Screen DetectScreen(int fd);

// Writes one line per step, with its time on the right. On a terminal the line
// of a step with many parts is a bar while it runs; elsewhere nothing is
// written before the step is done, so that a log holds plain lines only.
//
// Not thread-safe. `out` must outlive it.
class Progress {
 public:
  Progress(std::ostream& out, Screen screen) : out_(out), screen_(screen) {}

  void Headline(absl::string_view text);

  // Begins a step of `parts` equal parts.
  void Begin(absl::string_view text, int parts = 1);
  // One part is done.
  void Advance();
  // The step is done; `remark` follows its time.
  void End(absl::string_view remark = "");
  // The step came to nothing: leaves its name for the error that follows.
  void Fail();
  // A line of its own, indented under the last step.
  void Note(absl::string_view text);

 private:
  void DrawBar();
  void Clear();

  std::ostream& out_;
  const Screen screen_;
  std::string text_;
  int parts_ = 1;
  int done_ = 0;
  absl::Time began_;
  absl::Time drawn_;
};

// "1.25 ms", "310 ms", "4.20 s": three digits that matter.
std::string FormatTime(absl::Duration duration);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_PROGRESS_H_
