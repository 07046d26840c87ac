#include "cli/doctor/sockets.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/unique_fd.h"

namespace holdfast::cli::doctor {

absl::StatusOr<rpc::SocketState> RealSockets::Observe(const std::string& path) {
  return rpc::ObserveSocket(path);
}

absl::Status RealSockets::RemoveStale(const std::string& path) {
  const size_t slash = path.rfind('/');
  ASSIGN_OR_RETURN(
      const UniqueFd lock,
      rpc::TryLockDirectory(slash == 0 ? "/" : path.substr(0, slash)));
  ASSIGN_OR_RETURN(const rpc::SocketState state, rpc::ObserveSocket(path));
  if (state == rpc::SocketState::kAbsent) return absl::OkStatus();
  if (state != rpc::SocketState::kStale) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is no stale socket any more; nothing was done"));
  }
  return rpc::UnlinkFile(path);
}

}  // namespace holdfast::cli::doctor
