// What a person at the terminal sees and does while a benchmark runs.

#ifndef HOLDFAST_TESTS_BENCH_PROGRESS_H_
#define HOLDFAST_TESTS_BENCH_PROGRESS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace holdfast::bench {

// One line on stderr.
void Progress(absl::string_view text);

// From now on the first SIGINT, SIGTERM or SIGHUP only makes CheckInterrupt
// say so, that the benchmark ends in order; the second ends it at once.
void CatchInterrupts();

// CANCELLED after a signal.
absl::Status CheckInterrupt();

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_PROGRESS_H_
