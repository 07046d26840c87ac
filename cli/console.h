// Where a command reads and writes.

#ifndef HOLDFAST_CLI_CONSOLE_H_
#define HOLDFAST_CLI_CONSOLE_H_

#include <iosfwd>

#include "cli/progress.h"

namespace holdfast::cli {

// What was asked for goes to `out`, everything else to `err`, so that `out` can
// be piped on. The streams must outlive it.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Screen screen = Screen::kPlain;        // of `out`
  Screen error_screen = Screen::kPlain;  // of `err`
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_CONSOLE_H_
