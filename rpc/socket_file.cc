#include "rpc/socket_file.h"

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "base/status.h"
#include "rpc/endpoint.h"

namespace holdfast::rpc {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(10);

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::StatusOr<UniqueFd> LockDirectoryOf(const std::string& path,
                                         absl::Duration patience) {
  const std::string directory = DirectoryOf(path);
  const absl::Time end = absl::Now() + patience;
  while (true) {
    auto lock = TryLockDirectory(directory);
    if (lock.ok()) return lock;
    if (IsErrno(lock.status(), ENOENT)) {
      return absl::FailedPreconditionError(
          absl::StrCat("The directory ", Quote(directory), " of the socket ",
                       Quote(path), " does not exist; make it first"));
    }
    if (!IsErrno(lock.status(), EWOULDBLOCK)) return lock;
    if (absl::Now() >= end) {
      return absl::UnavailableError(
          absl::StrCat("Another process keeps the directory ", Quote(directory),
                       " locked; start again when it is done"));
    }
    absl::SleepFor(kPause);
  }
}

absl::Status CheckReplaceable(const std::string& path) {
  ASSIGN_OR_RETURN(const SocketState state, ObserveSocket(path));
  switch (state) {
    case SocketState::kAbsent:
    case SocketState::kStale:
      return absl::OkStatus();
    case SocketState::kLive:
      return absl::FailedPreconditionError(
          absl::StrCat("Another server answers on the socket ", Quote(path),
                       "; stop it first or choose another endpoint"));
    case SocketState::kNotSocket:
      break;
  }
  return absl::FailedPreconditionError(
      absl::StrCat("What stands at ", Quote(path),
                   " is no socket; remove it or choose another endpoint"));
}

}  // namespace

absl::StatusOr<SocketFile> SocketFile::Publish(
    const std::string& path,
    absl::FunctionRef<absl::Status(const std::string&)> listen,
    absl::Duration patience) {
  ASSIGN_OR_RETURN(const UniqueFd lock, LockDirectoryOf(path, patience));
  RETURN_IF_ERROR(CheckReplaceable(path));
  const std::string temporary = TemporarySocketPath(path);
  absl::Cleanup remove_temporary = [&] { (void)UnlinkFile(temporary); };
  RETURN_IF_ERROR(listen(temporary));
  RETURN_IF_ERROR(SetMode(temporary, 0600));
  ASSIGN_OR_RETURN(const FileIdentity identity, IdentityOf(temporary));
  RETURN_IF_ERROR(RenameFile(temporary, path));
  std::move(remove_temporary).Cancel();
  return SocketFile(path, identity);
}

absl::Status SocketFile::Remove() {
  ASSIGN_OR_RETURN(const UniqueFd lock, LockDirectoryOf(path_, kPatience));
  const auto current = IdentityOf(path_);
  if (IsErrno(current.status(), ENOENT)) return absl::OkStatus();
  RETURN_IF_ERROR(current.status());
  if (*current != identity_) return absl::OkStatus();
  return UnlinkFile(path_);
}

}  // namespace holdfast::rpc
