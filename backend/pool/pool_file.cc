#include "backend/pool/pool_file.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "backend/pool/errors.h"
#include "backend/pool/random.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

constexpr char kHeaderName[] = "POOL";

// A random uuid (RFC 4122, version 4).
absl::StatusOr<std::string> NewUuid() {
  ASSIGN_OR_RETURN(std::string bytes, RandomBytes(16));
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

absl::Status NotSuitable(const Layout& layout, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(
      Quote(layout.root()), " is ", why,
      ". A pool needs a directory of its own on XFS made with reflink=1, the "
      "default of mkfs.xfs. Make such a file system, mount it, and run "
      "`holdfast pool init` on an empty directory in it"));
}

// What Init itself makes may be there: from an attempt that was cut short.
absl::Status CheckEmpty(const PoolFiles& os, const Layout& layout) {
  const auto names = os.files.List(layout.root());
  if (!names.ok()) return Meaning(names.status(), "list the directory");
  const std::vector<std::string> own = layout.Directories();
  for (const std::string& name : *names) {
    if (name == kHeaderName) {
      // Of a try that was cut short before it was durable, perhaps.
      RETURN_IF_ERROR(SyncHeaderName(os, layout));
      return absl::AlreadyExistsError(
          absl::StrCat(Quote(layout.root()), " is a pool already"));
    }
    const std::string path = absl::StrCat(layout.root(), "/", name);
    if (std::find(own.begin(), own.end(), path) == own.end()) {
      return NotSuitable(layout,
                         absl::StrCat("used otherwise: it has ", Quote(name)));
    }
  }
  return absl::OkStatus();
}

absl::Status MakeDirectories(const PoolFiles& os, const Layout& layout) {
  for (const std::string& path : layout.Directories()) {
    const absl::Status made = os.files.MakeDirectory(path);
    if (IsErrno(made, EEXIST)) continue;
    RETURN_IF_ERROR(Meaning(made, "make a directory of the pool"));
  }
  return Meaning(os.files.SyncDirectory(layout.root()),
                 "make the pool durable");
}

// One line of /proc/locks (proc(5)), of which only this is of interest:
//   1: FLOCK  ADVISORY  WRITE 1234 fe:01:42 0 EOF
struct FileLock {
  std::string pid;
  os::DeviceNumber device;
  uint64_t inode = 0;
};

std::optional<FileLock> ParseLock(absl::string_view line) {
  const std::vector<std::string> words =
      absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (words.size() < 6 || words[1] != "FLOCK") return std::nullopt;
  FileLock lock{.pid = words[4]};
  if (std::sscanf(words[5].c_str(), "%" SCNx32 ":%" SCNx32 ":%" SCNu64,
                  &lock.device.major, &lock.device.minor, &lock.inode) != 3) {
    return std::nullopt;
  }
  return lock;
}

// " (process 1234)", or nothing if the kernel does not say: the holder may be
// in another container, whose processes are not to be seen here.
std::string HolderOf(const PoolFiles& os, int fd) {
  const auto file = os.data_files.Stat(fd);
  const auto locks = os.files.ReadFile("/proc/locks");
  if (!file.ok() || !locks.ok()) return "";
  for (const absl::string_view line : absl::StrSplit(*locks, '\n')) {
    const auto lock = ParseLock(line);
    if (lock && lock->inode == file->inode &&
        lock->device == file->file_system) {
      return absl::StrCat(" (process ", lock->pid, ")");
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<PoolHeader> InitPool(const PoolFiles& os, const Layout& layout) {
  const auto directory = os.files.Open(layout.root(), os::OpenMode::kDirectory);
  if (!directory.ok()) return Meaning(directory.status(), "open the directory");
  const absl::Status locked = os.data_files.Lock(directory->get());
  if (IsErrno(locked, EWOULDBLOCK)) {
    return absl::UnavailableError(
        absl::StrCat("another process is making a pool of ",
                     Quote(layout.root()), ". Wait for its end"));
  }
  RETURN_IF_ERROR(Meaning(locked, "keep others from making the pool too"));
  RETURN_IF_ERROR(CheckEmpty(os, layout));
  RETURN_IF_ERROR(MakeDirectories(os, layout));
  RETURN_IF_ERROR(CheckFileSystem(os, layout));
  const auto usage = os.files.StatFileSystem(layout.root());
  if (!usage.ok()) return Meaning(usage.status(), "measure the file system");
  ASSIGN_OR_RETURN(std::string uuid, NewUuid());
  const PoolHeader header{
      .uuid = std::move(uuid),
      .created_at = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())),
      .overhead_bytes = usage->total_bytes - usage->available_bytes};
  RETURN_IF_ERROR(WriteHeader(os, layout, header, Publish::kNew).status());
  return header;
}

absl::StatusOr<OwnedHeader> OwnPool(const PoolFiles& os, const Layout& layout,
                                    const Formats& formats) {
  RETURN_IF_ERROR(ReadHeader(os, layout, formats).status());
  auto fd = os.files.Open(layout.Header(), os::OpenMode::kReadWrite);
  if (!fd.ok()) return Meaning(fd.status(), "open the pool's header");
  const absl::Status locked = os.data_files.Lock(fd->get());
  if (IsErrno(locked, EWOULDBLOCK)) {
    return absl::UnavailableError(absl::StrCat(
        "the pool ", Quote(layout.root()), " is owned by another process",
        HolderOf(os, fd->get()), ". End it, or wait for its end (lsof ",
        layout.Header(), ")"));
  }
  RETURN_IF_ERROR(Meaning(locked, "take the pool over"));
  // Only now nobody replaces it: an upgrade puts a new file in its place.
  const auto mine = os.data_files.Stat(fd->get());
  const auto there = os.files.Stat(layout.Header());
  if (!mine.ok()) return Meaning(mine.status(), "look at the pool's header");
  if (!there.ok()) return Meaning(there.status(), "look at the pool's header");
  if (mine->inode != there->inode) {
    return absl::UnavailableError(absl::StrCat(
        "the pool ", Quote(layout.root()), " was upgraded just now"));
  }
  ASSIGN_OR_RETURN(PoolHeader header, ReadHeader(os, layout, formats));
  RETURN_IF_ERROR(CheckServed(layout, header, formats));
  // An init or upgrade may have been cut short before it came to this.
  RETURN_IF_ERROR(SyncHeaderName(os, layout));
  return OwnedHeader{.header = std::move(header), .lock = *std::move(fd)};
}

absl::Status CheckFileSystem(const PoolFiles& os, const Layout& layout) {
  constexpr int64_t kBytes = 4096;
  const auto usage = os.files.StatFileSystem(layout.root());
  if (!usage.ok()) return Meaning(usage.status(), "look at the file system");
  if (usage->type != "xfs") {
    return NotSuitable(layout, absl::StrCat("on ", usage->type));
  }
  const auto from = os.files.CreateUnnamed(layout.Incoming());
  if (!from.ok()) return Meaning(from.status(), "make a scratch file");
  const auto to = os.files.CreateUnnamed(layout.Incoming());
  if (!to.ok()) return Meaning(to.status(), "make a scratch file");
  RETURN_IF_ERROR(Meaning(os.data_files.Truncate(from->get(), kBytes),
                          "size a scratch file"));
  const absl::Status cloned = os.data_files.Clone(to->get(), from->get());
  if (IsErrno(cloned, EOPNOTSUPP) || IsErrno(cloned, ENOTTY) ||
      IsErrno(cloned, EINVAL)) {
    return NotSuitable(layout, "on XFS without reflink");
  }
  return Meaning(cloned, "clone a scratch file");
}

}  // namespace holdfast::pool
