#include "tests/root/power_cut/cut_disk.h"

#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/status.h"
#include "holdfast/v1/record.pb.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::root {
namespace {

constexpr int64_t kExt4MagicAt = 0x438;
constexpr char kExt4Magic[] = "\x53\xef";
constexpr char kRecord[] = "user.holdfast.record";
constexpr size_t kMostRecordBytes = 8 << 10;

template <typename Record>
absl::StatusOr<Record> ReadRecord(const std::string& file) {
  std::array<char, kMostRecordBytes> bytes;
  const ssize_t size =
      getxattr(file.c_str(), kRecord, bytes.data(), bytes.size());
  if (size < 0) return ErrnoError("getxattr", file, errno);
  Record record;
  if (record.ParseFromArray(bytes.data(), static_cast<int>(size))) {
    return record;
  }
  return absl::DataLossError("not a record: " + file);
}

Access ToAccess(v1::AccessType type) {
  return type == v1::ACCESS_TYPE_BLOCK ? Access::kBlock : Access::kMount;
}

}  // namespace

CutDisk::CutDisk(World& world, const std::vector<Source>& sources)
    : sources_(sources),
      image_(world.scratch().Sub("o/cut")),
      mount_point_(world.scratch().Sub("c")),
      daemons_({.directory = world.scratch().MakeDirectory("d"),
                .pool = mount_point_ + "/pool",
                .parts = DaemonParts::kNodeOnly}) {}

absl::StatusOr<Cut> CutDisk::Take(const std::string& disk) {
  Cut cut;
  cut.begin = absl::Now();
  RETURN_IF_ERROR(CloneFile(disk, image_));
  cut.end = absl::Now();
  return cut;
}

absl::Status CutDisk::Open() {
  ASSIGN_OR_RETURN(device_, MountImage(image_, mount_point_));
  return daemons_.Start();
}

absl::StatusOr<std::map<std::string, ObjectState>> CutDisk::Objects() {
  std::map<std::string, ObjectState> found;
  ASSIGN_OR_RETURN(const auto volumes, daemons_.csi().ListVolumes());
  for (const VolumeFact& volume : volumes) {
    found[volume.id] = {.bytes = volume.bytes, .source = volume.source};
  }
  ASSIGN_OR_RETURN(const auto snapshots, daemons_.csi().ListSnapshots());
  for (const SnapshotFact& snapshot : snapshots) {
    found[snapshot.id] = {.bytes = snapshot.bytes,
                          .source = snapshot.source_volume};
  }
  for (auto& [id, state] : found) RETURN_IF_ERROR(ReadPast(id, state));
  return found;
}

size_t CutDisk::Files() const {
  size_t files = 0;
  for (const char* directory : {"/pool/volumes", "/pool/snapshots"}) {
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(mount_point_ + directory)) {
      ++files;
    }
  }
  return files;
}

bool CutDisk::IncomingIsEmpty() const {
  return std::filesystem::is_empty(mount_point_ + "/pool/incoming");
}

absl::Status CutDisk::CheckFileSystem(const std::string& id,
                                      const ObjectState& state) const {
  if (state.access == Access::kBlock) return absl::OkStatus();
  const std::string copy = mount_point_ + "/copy";
  std::filesystem::remove(copy);
  RETURN_IF_ERROR(CloneFile(FileOf(id), copy));
  RETURN_IF_ERROR(
      RunProgram({"e2fsck", "-E", "journal_only", "-y", copy}).status());
  return RunProgram({"e2fsck", "-fn", copy}).status();
}

absl::Status CutDisk::Close() {
  daemons_.KillNode();
  RETURN_IF_ERROR(UnmountImage(device_, mount_point_));
  std::filesystem::remove(image_);
  return absl::OkStatus();
}

absl::Status CutDisk::ReadPast(const std::string& id,
                               ObjectState& state) const {
  const std::string file = FileOf(id);
  if (ParseId(id)->kind == IdKind::kSnapshot) {
    ASSIGN_OR_RETURN(const auto record, ReadRecord<v1::SnapshotRecord>(file));
    state.access = ToAccess(record.access_type());
  } else {
    ASSIGN_OR_RETURN(const auto record, ReadRecord<v1::VolumeRecord>(file));
    state.access = ToAccess(record.access_type());
    state.nodes = absl::StrJoin(
        record.publications(), ",",
        [](std::string* out, const auto& one) { out->append(one.node_id()); });
  }
  ASSIGN_OR_RETURN(state.data, FindData(sources_, file));
  if (state.access == Access::kBlock) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string magic, ReadAt(file, kExt4MagicAt, 2));
  if (magic == kExt4Magic) return absl::OkStatus();
  return absl::DataLossError("no ext4 on a volume for mounting: " + file);
}

std::string CutDisk::FileOf(const std::string& id) const {
  const bool is_snapshot = ParseId(id)->kind == IdKind::kSnapshot;
  return absl::StrCat(mount_point_, "/pool/",
                      is_snapshot ? "snapshots/" : "volumes/", id);
}

}  // namespace holdfast::root
