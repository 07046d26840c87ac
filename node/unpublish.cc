#include "node/unpublish.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "node/errors.h"

namespace holdfast::node {
namespace {

using backend::AttachMode;
using Kind = Observed::Kind;

absl::Status NotOurs(const UnpublishSpec& spec, const char* what) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the target ", spec.target_path, " of volume ", spec.volume_id, " ", what,
      " and was left there; remove it by hand"));
}

}  // namespace

absl::Status Unpublish::Run(const UnpublishSpec& spec, Operation& operation) {
  ASSIGN_OR_RETURN(const auto held,
                   parts_.locks.TryLock(spec.volume_id, operation));
  operation.Step("unmount");
  const auto left = mounts_.UnmountAll(spec.volume_id, spec.target_path);
  if (!left.ok()) {
    RETURN_IF_ERROR(CheckKnown(spec));
    return left.status();
  }
  operation.Step("remove");
  RETURN_IF_ERROR(RemoveTarget(spec, *left));
  operation.Step("detach");
  RETURN_IF_ERROR(EndUnseenDevice(spec, AttachMode::kReadOnly, operation));
  // Staged file systems claim their device: without a scan, it stays.
  ASSIGN_OR_RETURN(const bool claimed, IsClaimed(spec.volume_id));
  if (claimed) return absl::OkStatus();
  return EndUnseenDevice(spec, AttachMode::kReadWrite, operation);
}

absl::Status Unpublish::CheckKnown(const UnpublishSpec& spec) {
  const auto volume = parts_.backend.GetVolume(spec.volume_id);
  if (!absl::IsNotFound(volume.status())) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(
      "there is no volume ", spec.volume_id, ", and what is mounted at ",
      spec.target_path, " was left there; verify the volume id"));
}

absl::Status Unpublish::RemoveTarget(const UnpublishSpec& spec,
                                     const Observed& left) {
  if (left.kind == Kind::kAbsent) return absl::OkStatus();
  absl::Status removed;
  if (left.info.kind == os::FileKind::kDirectory) {
    removed = parts_.files.RemoveDirectory(spec.target_path);
  } else if (left.info.kind == os::FileKind::kRegular &&
             left.info.size_bytes == 0) {
    removed = parts_.files.Unlink(spec.target_path);
  } else {
    return NotOurs(spec, "is not what publish made");
  }
  if (IsErrno(removed, ENOENT)) return absl::OkStatus();
  if (IsErrno(removed, ENOTEMPTY) || IsErrno(removed, EEXIST)) {
    return NotOurs(spec, "holds files that are not the volume's");
  }
  return OutsidePool(removed, absl::StrCat("remove ", spec.target_path));
}

absl::StatusOr<bool> Unpublish::IsClaimed(const std::string& volume_id) {
  const auto claimed =
      parts_.backend.IsClaimed(volume_id, AttachMode::kReadWrite);
  if (absl::IsNotFound(claimed.status())) return false;
  return claimed;
}

// A read-only device is there for publications only; a read-write one is still
// there if it was seen here when the volume was unstaged. Without a device this
// is a look into memory.
absl::Status Unpublish::EndUnseenDevice(const UnpublishSpec& spec,
                                        AttachMode mode, Operation& operation) {
  ASSIGN_OR_RETURN(const auto device, mounts_.Find(spec.volume_id, mode));
  if (!device) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto paths, mounts_.PathsOf(*device));
  if (!paths.empty()) return absl::OkStatus();
  return parts_.backend.Detach(spec.volume_id, mode, operation);
}

}  // namespace holdfast::node
