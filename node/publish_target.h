// What a publication is mounted on.

#ifndef HOLDFAST_NODE_PUBLISH_TARGET_H_
#define HOLDFAST_NODE_PUBLISH_TARGET_H_

#include <string>

#include "absl/status/status.h"
#include "backend/types.h"
#include "base/rollback.h"
#include "os/files.h"

namespace holdfast::node {

// Makes the directory, or for a block volume the file, that a target path
// names. Thread-safe.
class PublishTarget {
 public:
  // `files` must outlive this object and every rollback it is given.
  explicit PublishTarget(os::Files& files) : files_(files) {}

  // OK if something is there. What it makes, the parent too if that is
  // missing, is undone by `rollback`.
  absl::Status Make(const std::string& path, backend::AccessType access_type,
                    Rollback& rollback);

 private:
  absl::Status MakeFile(const std::string& path, Rollback& rollback);
  absl::Status MakeDirectory(const std::string& path, Rollback& rollback);
  absl::Status MakeParent(const std::string& path, Rollback& rollback);

  os::Files& files_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_PUBLISH_TARGET_H_
