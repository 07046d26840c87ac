#include "backend/pool/clock.h"

#include <algorithm>

#include "base/status.h"

namespace holdfast::pool {

absl::StatusOr<bool> WaitUntil(const Clock& clock,
                               absl::FunctionRef<absl::StatusOr<bool>()> done) {
  constexpr absl::Duration kPatience = absl::Seconds(1);
  constexpr absl::Duration kLongestPause = absl::Milliseconds(100);
  absl::Duration pause = absl::Milliseconds(1);
  absl::Duration waited;
  while (waited < kPatience) {
    ASSIGN_OR_RETURN(const bool is_done, done());
    if (is_done) return true;
    clock.sleep(pause);
    waited += pause;
    pause = std::min(2 * pause, kLongestPause);
  }
  return done();
}

}  // namespace holdfast::pool
