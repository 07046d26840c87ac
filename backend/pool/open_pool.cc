#include "backend/pool/open_pool.h"

#include <glog/logging.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/sizes.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

// incoming/ has files, and directories of files (group snapshots).
absl::Status Remove(os::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(const os::FileInfo info, files.Stat(path));
  if (info.kind != os::FileKind::kDirectory) return files.Unlink(path);
  ASSIGN_OR_RETURN(const auto names, files.List(path));
  for (const std::string& name : names) {
    RETURN_IF_ERROR(files.Unlink(absl::StrCat(path, "/", name)));
  }
  return files.RemoveDirectory(path);
}

}  // namespace

absl::StatusOr<os::FileInfo> StatToCount(os::Files& files,
                                         const std::string& path) {
  auto info = files.Stat(path);
  if (info.ok()) return info;
  if (!IsDamage(info.status()) && !IsErrno(info.status(), ENOENT)) {
    return Meaning(info.status(), "count what is in the pool");
  }
  LOG(ERROR) << LogLine("unreadable_file")
                    .Add("path", path)
                    .Add("error", info.status().message());
  return os::FileInfo{};
}

absl::Status ClearIncoming(os::Files& files, const Layout& layout) {
  const auto names = files.List(layout.Incoming());
  if (!names.ok()) return Meaning(names.status(), "list unfinished work");
  for (const std::string& name : *names) {
    const absl::Status gone = Remove(files, layout.IncomingFile(name));
    if (gone.ok()) continue;
    LOG(ERROR) << LogLine("unfinished_work_stays")
                      .Add("name", name)
                      .Add("error", gone.message());
  }
  return absl::OkStatus();
}

absl::Status CountPromises(os::Files& files, const Layout& layout,
                           const Catalog& catalog, Reservation& reservation) {
  const auto volumes = files.List(layout.Volumes());
  if (!volumes.ok()) return Meaning(volumes.status(), "list the volumes");
  for (const std::string& id : *volumes) {
    ASSIGN_OR_RETURN(const auto info, StatToCount(files, layout.Volume(id)));
    reservation.Exchange(0, PromiseFor(info.size_bytes));
  }
  const auto snapshots = files.List(layout.Snapshots());
  if (!snapshots.ok()) return Meaning(snapshots.status(), "list snapshots");
  for (const std::string& id : *snapshots) {
    ASSIGN_OR_RETURN(const auto info, StatToCount(files, layout.Snapshot(id)));
    const auto stored = catalog.GetSnapshot(id);
    reservation.Exchange(
        0, stored.ok() ? stored->allocated_bytes : info.allocated_bytes);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::pool
