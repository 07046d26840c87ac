// The demo's volume with xfs, which is deleted by mistake and comes back.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/demo.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

constexpr int64_t kFilesBytes = int64_t{4} << 20;

}  // namespace

absl::Status Demo::Mount(WorkVolume& volume) {
  RETURN_IF_ERROR(workplace_.Stage(volume));
  return workplace_.Publish(volume);
}

absl::Status Demo::Unmount(WorkVolume& volume) {
  RETURN_IF_ERROR(workplace_.Unpublish(volume));
  return workplace_.Unstage(volume);
}

absl::Status Demo::MakeXfs() {
  ASSIGN_OR_RETURN(const backend::Capacity capacity,
                   parts_.controller.GetCapacity());
  // The first of its size is made from a template, which takes room too.
  if (capacity.available_bytes < 2 * kXfsBytes) return absl::OkStatus();
  const auto make = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(
        xfs_,
        workplace_.Create("xfs", {.capacity = {.required_bytes = kXfsBytes},
                                  .fs_type = "xfs"}));
    RETURN_IF_ERROR(Mount(*xfs_));
    ASSIGN_OR_RETURN(xfs_manifest_,
                     WriteTree(xfs_->target_path, {.bytes = kFilesBytes}));
    return absl::OkStatus();
  };
  return Step(
      absl::StrCat("make, mount and fill an xfs of ", FormatSize(kXfsBytes)),
      make);
}

absl::Status Demo::DeleteAndUndelete() {
  // Other drivers have no trash.
  if (xfs_ == nullptr || !parts_.admin.ListPools().ok()) {
    return absl::OkStatus();
  }
  const auto take_away = [&]() -> absl::Status {
    RETURN_IF_ERROR(Unmount(*xfs_));
    return workplace_.Trash(*xfs_);
  };
  RETURN_IF_ERROR(Step("delete the xfs by mistake", take_away));
  const absl::Status back =
      Step("bring it back from the trash", [&] { return Undelete(*xfs_); });
  return back.ok() ? VerifyUndeleted() : back;
}

absl::Status Demo::Undelete(const WorkVolume& volume) {
  std::string key;
  RETURN_IF_ERROR(parts_.admin.ListTrash([&](const v1::TrashedObject& object) {
    if (object.id() == volume.id) key = object.key();
  }));
  if (key.empty()) {
    return absl::NotFoundError(
        "it is not in the trash; see that --trash_retention of the node daemon "
        "is not 0");
  }
  return parts_.admin.Undelete(key).status();
}

absl::Status Demo::VerifyUndeleted() {
  return Step("mount it and verify every file", [&]() -> absl::Status {
    RETURN_IF_ERROR(Mount(*xfs_));
    return VerifyTree(xfs_->target_path, xfs_manifest_);
  });
}

}  // namespace holdfast::cli
