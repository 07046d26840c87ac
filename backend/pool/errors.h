// What a failed system call on a pool means to the caller of a verb.

#ifndef HOLDFAST_BACKEND_POOL_ERRORS_H_
#define HOLDFAST_BACKEND_POOL_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace holdfast::pool {

// `fact` (from os/*) with `what` before its message, under the code that the
// failure has for the caller. RESOURCE_EXHAUSTED stays for ENOSPC and EDQUOT;
// EFBIG is OUT_OF_RANGE; a shortage that passes (memory, descriptors, locks)
// is UNAVAILABLE, and so is a file system that went read-only; everything else
// is a surprise, INTERNAL. An errno that a caller expects is handled before it
// comes here.
absl::Status Meaning(const absl::Status& fact, absl::string_view what);

// True for what the kernel says of a file that it finds damaged.
bool IsDamage(const absl::Status& fact);

// Like Meaning, of reading one object's own file: damage (EIO, EUCLEAN,
// EBADMSG) is DATA_LOSS, so that lists can do without that object.
absl::Status ObjectMeaning(const absl::Status& fact, absl::string_view what);

// The same for calls on loop devices: ENOSPC is about their number there, not
// about storage, so it is UNAVAILABLE.
absl::Status DeviceMeaning(const absl::Status& fact, absl::string_view what);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_ERRORS_H_
