#include "tests/root/power_cut/cut_disk.h"

#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/status.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/load/numbered_data.h"
#include "tests/root/load/places.h"

namespace holdfast::root {
namespace {

bool IsSnapshot(const std::string& id) {
  return ParseId(id)->kind == IdKind::kSnapshot;
}

}  // namespace

CutDisk::CutDisk(World& world, uint32_t block_bytes)
    : disk_(world.cached_disk()),
      block_bytes_(block_bytes),
      image_(world.scratch().Sub("o/cut")),
      mount_point_(world.scratch().Sub("c")),
      directory_(world.scratch().Sub("k")),
      daemons_({.directory = world.scratch().MakeDirectory("d"),
                .pool = mount_point_ + "/pool",
                .parts = DaemonParts::kNodeOnly,
                .trash = TrashPolicy::kKept}) {}

absl::StatusOr<Cut> CutDisk::Take(const CutSpec& spec) {
  Cut cut;
  cut.begin = absl::Now();
  RETURN_IF_ERROR(disk_.Cut(spec, image_));
  cut.end = absl::Now();
  return cut;
}

absl::Status CutDisk::Open() {
  ASSIGN_OR_RETURN(device_, MountImage(image_, mount_point_, block_bytes_));
  return daemons_.Start();
}

absl::StatusOr<Found> CutDisk::Look() {
  Found found;
  RETURN_IF_ERROR(LookAtVolumes(found));
  RETURN_IF_ERROR(LookAtSnapshots(found));
  for (const std::string& name : Names("incoming")) {
    found.wrong.push_back("left over: incoming/" + name);
  }
  return found;
}

absl::Status CutDisk::LookAtVolumes(Found& found) {
  ASSIGN_OR_RETURN(const auto listed, daemons_.csi().ListVolumes());
  std::map<std::string, int> in_trash;
  for (const std::string& name : Names("trash")) {
    ++in_trash[name.substr(0, name.rfind('.'))];
  }
  for (const auto& [id, count] : in_trash) {
    found.objects[id] = Text(std::nullopt, count);
  }
  for (const VolumeFact& volume : listed) {
    ASSIGN_OR_RETURN(const ObjectState state, ReadFile(volume.id, found));
    if (volume.bytes != state.bytes || volume.source != state.source) {
      found.wrong.push_back(volume.id + " is listed otherwise than recorded");
    }
    found.objects[volume.id] = Text(state, in_trash[volume.id]);
    if (state.access == Access::kMount) found.for_mounting.push_back(volume.id);
  }
  if (Names("volumes").size() == listed.size()) return absl::OkStatus();
  found.wrong.push_back("files in volumes/ that are not listed");
  return absl::OkStatus();
}

absl::Status CutDisk::LookAtSnapshots(Found& found) {
  ASSIGN_OR_RETURN(const auto listed, daemons_.csi().ListSnapshots());
  for (const SnapshotFact& snapshot : listed) {
    ASSIGN_OR_RETURN(const ObjectState state, ReadFile(snapshot.id, found));
    if (snapshot.bytes != state.bytes ||
        snapshot.source_volume != state.source) {
      found.wrong.push_back(snapshot.id + " is listed otherwise than recorded");
    }
    // What is in the trash has been seen with the volumes.
    std::string& text = found.objects[snapshot.id];
    text = Text(state) + text;
  }
  if (Names("snapshots").size() == listed.size()) return absl::OkStatus();
  found.wrong.push_back("files in snapshots/ that are not listed");
  return absl::OkStatus();
}

// Its record, and its data if that is to be seen without a file system.
absl::StatusOr<ObjectState> CutDisk::ReadFile(const std::string& id,
                                              Found& found) {
  ASSIGN_OR_RETURN(ObjectState state, ReadObject(FileOf(id)));
  if (state.access == Access::kBlock) {
    ASSIGN_OR_RETURN(const uint64_t number,
                     NumberedData(FileOf(id), Access::kBlock).Read());
    found.data[id] = absl::StrCat(number);
  }
  return state;
}

absl::StatusOr<std::string> CutDisk::ReadVolume(const std::string& id) {
  ASSIGN_OR_RETURN(const NodeArgs args, Bring(id));
  ASSIGN_OR_RETURN(const uint64_t number,
                   NumberedData(args.target_path, Access::kMount).Read());
  RETURN_IF_ERROR(TakeBack(args));
  return absl::StrCat(number);
}

absl::Status CutDisk::TryOut() {
  ASSIGN_OR_RETURN(const VolumeFact volume,
                   daemons_.csi().CreateVolume(
                       {.name = "after the cut", .bytes = 16 * kMiB}));
  ASSIGN_OR_RETURN(const NodeArgs args, Bring(volume.id));
  RETURN_IF_ERROR(NumberedData(args.target_path, Access::kMount).Write(1));
  RETURN_IF_ERROR(TakeBack(args));
  return daemons_.csi().DeleteVolume(volume.id);
}

absl::Status CutDisk::Close() {
  daemons_.KillNode();
  RETURN_IF_ERROR(UnmountImage(device_, mount_point_));
  std::filesystem::remove(image_);
  return absl::OkStatus();
}

std::vector<std::string> CutDisk::Names(const std::string& directory) const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat(mount_point_, "/pool/", directory))) {
    names.push_back(entry.path().filename());
  }
  return names;
}

std::string CutDisk::FileOf(const std::string& id) const {
  return absl::StrCat(mount_point_, "/pool/",
                      IsSnapshot(id) ? "snapshots/" : "volumes/", id);
}

absl::StatusOr<NodeArgs> CutDisk::Bring(const std::string& id) {
  const std::string targets = TargetsOf(directory_, id);
  NodeArgs args = {.volume_id = id,
                   .staging_path = StagingPath(directory_, id, Access::kMount),
                   .target_path = targets + "/0"};
  std::filesystem::create_directories(args.staging_path);
  std::filesystem::create_directories(targets);
  RETURN_IF_ERROR(Annotate(daemons_.csi().Stage(args), "stage after a cut"));
  RETURN_IF_ERROR(
      Annotate(daemons_.csi().Publish(args), "publish after a cut"));
  return args;
}

absl::Status CutDisk::TakeBack(const NodeArgs& args) {
  RETURN_IF_ERROR(
      Annotate(daemons_.csi().Unpublish(args), "unpublish after a cut"));
  return Annotate(daemons_.csi().Unstage(args), "unstage after a cut");
}

}  // namespace holdfast::root
