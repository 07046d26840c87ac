#include "backend/pool/pool_file.h"

#include <google/protobuf/text_format.h>

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
#include "holdfast/v1/record.pb.h"

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

std::string ToText(const PoolHeader& header) {
  v1::PoolHeader proto;
  proto.set_format_version(header.format_version);
  proto.set_uuid(header.uuid);
  proto.mutable_created_at()->set_seconds(
      absl::ToUnixSeconds(header.created_at));
  proto.set_overhead_bytes(header.overhead_bytes);
  std::string text;
  google::protobuf::TextFormat::PrintToString(proto, &text);
  return text;
}

// Reads the version first: the rest of a later format may be unknown here.
absl::StatusOr<PoolHeader> FromText(const std::string& path,
                                    const std::string& text) {
  v1::PoolHeader proto;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  if (!parser.ParseFromString(text, &proto) || proto.uuid().empty() ||
      proto.format_version() == 0) {
    return absl::DataLossError(absl::StrCat(
        path,
        " is not readable. Restore it by hand: it names the uuid on "
        "which all ids of the pool depend"));
  }
  if (proto.format_version() > kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " has format ", proto.format_version(), " and this program ",
        "knows formats up to ", kFormatVersion, ". Install a newer one"));
  }
  return PoolHeader{
      .format_version = proto.format_version(),
      .uuid = proto.uuid(),
      .created_at = absl::FromUnixSeconds(proto.created_at().seconds()),
      .overhead_bytes = proto.overhead_bytes()};
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

absl::Status WriteHeader(const PoolFiles& os, const Layout& layout,
                         const PoolHeader& header) {
  const std::string incoming = layout.IncomingFile(kHeaderName);
  const absl::Status old = os.files.Unlink(incoming);
  if (!old.ok() && !IsErrno(old, ENOENT)) {
    return Meaning(old, "clear the pool's header");
  }
  const auto fd = os.files.Create(incoming);
  if (!fd.ok()) return Meaning(fd.status(), "make the pool's header");
  RETURN_IF_ERROR(Meaning(os.files.WriteAll(fd->get(), ToText(header)),
                          "write the pool's header"));
  RETURN_IF_ERROR(
      Meaning(os.data_files.Sync(fd->get()), "make the pool's header durable"));
  RETURN_IF_ERROR(Meaning(os.files.Rename(incoming, layout.Header()),
                          "publish the pool's header"));
  RETURN_IF_ERROR(Meaning(os.files.SyncDirectory(layout.Incoming()),
                          "make the pool durable"));
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
  RETURN_IF_ERROR(WriteHeader(os, layout, header));
  return header;
}

absl::StatusOr<PoolHeader> ReadHeader(const PoolFiles& os,
                                      const Layout& layout) {
  const auto text = os.files.ReadFile(layout.Header());
  if (IsErrno(text.status(), ENOENT) || IsErrno(text.status(), ENOTDIR)) {
    return absl::NotFoundError(
        absl::StrCat(Quote(layout.root()),
                     " is not a pool. Make one with `holdfast pool init`"));
  }
  if (!text.ok()) return Meaning(text.status(), "read the pool's header");
  return FromText(layout.Header(), *text);
}

absl::StatusOr<OwnedHeader> OwnPool(const PoolFiles& os, const Layout& layout) {
  RETURN_IF_ERROR(ReadHeader(os, layout).status());
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
  ASSIGN_OR_RETURN(PoolHeader header, ReadHeader(os, layout));
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
