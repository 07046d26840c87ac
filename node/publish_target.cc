#include "node/publish_target.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "node/errors.h"

namespace holdfast::node {

absl::Status PublishTarget::Make(const std::string& path,
                                 backend::AccessType access_type,
                                 Rollback& rollback) {
  const bool block = access_type == backend::AccessType::kBlock;
  const auto make = [&] {
    return block ? MakeFile(path, rollback) : MakeDirectory(path, rollback);
  };
  absl::Status made = make();
  if (IsErrno(made, ENOENT)) {
    RETURN_IF_ERROR(MakeParent(path, rollback));
    made = make();
  }
  return OutsidePool(made, absl::StrCat("make the target ", path));
}

absl::Status PublishTarget::MakeFile(const std::string& path,
                                     Rollback& rollback) {
  const auto created = files_.Create(path);
  if (IsErrno(created.status(), EEXIST)) return absl::OkStatus();
  RETURN_IF_ERROR(created.status());
  rollback.Add(absl::StrCat("remove ", path),
               [&files = files_, path] { return files.Unlink(path); });
  return absl::OkStatus();
}

absl::Status PublishTarget::MakeDirectory(const std::string& path,
                                          Rollback& rollback) {
  const absl::Status made = files_.MakeDirectory(path);
  if (IsErrno(made, EEXIST)) return absl::OkStatus();
  RETURN_IF_ERROR(made);
  rollback.Add(absl::StrCat("remove ", path),
               [&files = files_, path] { return files.RemoveDirectory(path); });
  return absl::OkStatus();
}

// CSI promises that the parent exists; callers are known that do not keep it.
absl::Status PublishTarget::MakeParent(const std::string& path,
                                       Rollback& rollback) {
  const std::string parent = path.substr(0, path.rfind('/'));
  return OutsidePool(MakeDirectory(parent, rollback),
                     absl::StrCat("make the target's parent ", parent));
}

}  // namespace holdfast::node
