// What failed system calls of the node mean to its callers.

#ifndef HOLDFAST_NODE_ERRORS_H_
#define HOLDFAST_NODE_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace holdfast::node {

// A call that makes or removes names and mounts outside the pool. ENOSPC and
// EDQUOT become UNAVAILABLE: it is the host's disk or the limit of mounts
// (fs.mount-max) that is full, and RESOURCE_EXHAUSTED is said of the pool
// only. EBUSY and EROFS become FAILED_PRECONDITION, and so do ENOENT, ENOTDIR
// and ELOOP: the path leads nowhere. ENAMETOOLONG becomes INVALID_ARGUMENT.
// `what` says what was being done: "make target /var/…".
absl::Status OutsidePool(const absl::Status& status, absl::string_view what);

// A mount of a volume's file system that the kernel refused: its words with
// a code. INVALID_ARGUMENT if the caller's mount options are to blame,
// FAILED_PRECONDITION if the file system or the kernel is.
absl::Status MountRefused(const absl::Status& status,
                          absl::string_view volume_id);

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_ERRORS_H_
