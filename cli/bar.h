// A bar while something takes long.

#ifndef HOLDFAST_CLI_BAR_H_
#define HOLDFAST_CLI_BAR_H_

#include <string>

#include "cli/console.h"
#include "cli/progress.h"

namespace holdfast::cli {

// On standard error if that is a terminal; silent otherwise. Not thread-safe.
class Bar {
 public:
  Bar(Console& console, const std::string& text, size_t parts)
      : progress_(console.err, console.error_screen),
        shown_(console.error_screen == Screen::kTerminal) {
    if (shown_) progress_.Begin(text, static_cast<int>(parts));
  }
  Bar(const Bar&) = delete;
  Bar& operator=(const Bar&) = delete;
  // The line stays, with the time that it took.
  ~Bar() {
    if (shown_) progress_.End();
  }

  void Advance() {
    if (shown_) progress_.Advance();
  }

 private:
  Progress progress_;
  const bool shown_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_BAR_H_
