// Keeps ThreadSanitizer from judging the reference counts of absl::Status.
//
// Copies of a status share what it says, and the last to let it go deletes it.
// That this is in order after all others is counted in the library, unseen by
// TSan (absl_mutex.cc has more): the deletion is not to be held against them.

#include <cstdint>

#include "absl/status/status.h"
#include "tests/tsan/next.h"

// Exported by the runtime, and not in its header.
extern "C" {
void __tsan_ignore_thread_begin();
void __tsan_ignore_thread_end();
}

namespace absl {
ABSL_NAMESPACE_BEGIN

void Status::UnrefNonInlined(uintptr_t rep) {
  static const holdfast::tsan::Next<void, uintptr_t> next(
      "_ZN4absl7debian36Status15UnrefNonInlinedEm");
  __tsan_ignore_thread_begin();
  next(rep);
  __tsan_ignore_thread_end();
}

ABSL_NAMESPACE_END
}  // namespace absl
