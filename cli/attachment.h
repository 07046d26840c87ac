// Volumes on a plain host, without an orchestrator.

#ifndef HOLDFAST_CLI_ATTACHMENT_H_
#define HOLDFAST_CLI_ATTACHMENT_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/types.h"
#include "cli/csi_client.h"
#include "os/mounts.h"

namespace holdfast::cli {

// A volume at a path.
struct AttachSpec {
  std::string volume_id;
  std::string path;  // absolute
  backend::AccessType access_type = backend::AccessType::kMount;
  backend::AttachMode mode = backend::AttachMode::kReadWrite;
};

// Stages volumes below one directory and publishes them at paths. Nothing is
// remembered: whether a staged volume is still used is what the kernel's mounts
// say, so that several paths share one staging and the last one ends it.
//
// Not thread-safe. The parts must outlive it.
class Attachments {
 public:
  struct Parts {
    CsiClient& node;
    os::Mounts& mounts;  // where the node daemon mounts too
  };

  // Staging paths are `staging_root`/<volume id>; made if missing.
  Attachments(Parts parts, std::string staging_root)
      : parts_(parts), staging_root_(std::move(staging_root)) {}

  // FAILED_PRECONDITION if `spec.path` is a directory with something in it.
  // After an error the volume is staged only if something else uses it.
  absl::Status Attach(const AttachSpec& spec);
  // Undoes Attach; OK if there is nothing to undo. `spec.path` is removed.
  absl::Status Detach(const AttachSpec& spec);

 private:
  std::string StagingPath(const AttachSpec& spec) const;
  Placement PlacementOf(const AttachSpec& spec) const;
  absl::Status CheckFree(const std::string& path);
  absl::Status StageAndPublish(const AttachSpec& spec);
  // Whether the staged volume is mounted anywhere else.
  absl::StatusOr<bool> IsUsed(const AttachSpec& spec);
  // Unstages the volume unless it is used.
  absl::Status EndStaging(const AttachSpec& spec);

  const Parts parts_;
  const std::string staging_root_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_ATTACHMENT_H_
