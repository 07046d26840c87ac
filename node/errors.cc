#include "node/errors.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::node {
namespace {

absl::Status Say(const absl::Status& status, absl::StatusCode code,
                 absl::string_view what, absl::string_view advice) {
  const absl::Status told = Annotate(WithCode(status, code), what);
  return absl::Status(code, absl::StrCat(told.message(), "; ", advice));
}

}  // namespace

absl::Status OutsidePool(const absl::Status& status, absl::string_view what) {
  switch (GetErrno(status).value_or(0)) {
    case ENOSPC:
    case EDQUOT:
      return Say(status, absl::StatusCode::kUnavailable, what,
                 "free space on the host's own disk, or raise the limit of "
                 "mounts (sysctl fs.mount-max), and repeat the call");
    case EBUSY:
      return Say(status, absl::StatusCode::kFailedPrecondition, what,
                 "end what uses it and repeat the call");
    case EROFS:
      return Say(status, absl::StatusCode::kFailedPrecondition, what,
                 "make the host's directory writable and repeat the call");
    case ENAMETOOLONG:
      return Say(status, absl::StatusCode::kInvalidArgument, what,
                 "send a shorter path");
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return Say(status, absl::StatusCode::kFailedPrecondition, what,
                 "make the directories of its path and repeat the call");
    default:
      return Annotate(status, what);
  }
}

absl::Status MountRefused(const absl::Status& status,
                          absl::string_view volume_id) {
  const std::string what = absl::StrCat("mount volume ", volume_id);
  switch (GetErrno(status).value_or(0)) {
    case EINVAL:
      return Say(status, absl::StatusCode::kInvalidArgument, what,
                 "correct the mount options; without any, check the file "
                 "system with e2fsck");
    case EUCLEAN:
    case EBADMSG:
      return Say(status, absl::StatusCode::kFailedPrecondition, what,
                 "check the file system with e2fsck");
    case ENODEV:
      return Say(status, absl::StatusCode::kFailedPrecondition, what,
                 "load the kernel module of the file system");
    default:
      return OutsidePool(status, what);
  }
}

}  // namespace holdfast::node
