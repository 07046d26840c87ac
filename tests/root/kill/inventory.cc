#include "tests/root/kill/inventory.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

constexpr size_t kDataBytes = 1 << 20;

std::string Join(const std::set<std::string>& names) {
  return absl::StrJoin(names, " ");
}

absl::Status MustEqual(const std::set<std::string>& files,
                       const std::set<std::string>& ids,
                       const std::string& where) {
  return Must(files == ids, absl::StrCat(where, " holds what is listed: ",
                                         Join(files), " against ", Join(ids)));
}

}  // namespace

absl::StatusOr<std::set<std::string>> Listed(World& world) {
  std::set<std::string> lines;
  ASSIGN_OR_RETURN(const auto volumes, world.csi().ListVolumes());
  for (const VolumeFact& volume : volumes) {
    lines.insert(absl::StrCat("volume ", volume.id, " ", volume.bytes, " ",
                              absl::StrJoin(volume.published_nodes, ",")));
  }
  ASSIGN_OR_RETURN(const auto snapshots, world.csi().ListSnapshots());
  for (const SnapshotFact& snapshot : snapshots) {
    lines.insert(absl::StrCat("snapshot ", snapshot.id, " ",
                              snapshot.source_volume, " ", snapshot.bytes));
  }
  return lines;
}

std::set<std::string> Held(World& world) {
  std::set<std::string> lines;
  for (const LoopEntry& loop : LoopsBelow(world.scratch().path())) {
    lines.insert(absl::StrCat("loop ", loop.file));
  }
  for (const MountEntry& mount : MountsBelow(world.scratch().path())) {
    lines.insert(absl::StrCat("mount ", mount.path));
  }
  return lines;
}

absl::Status CheckOrder(World& world) {
  std::set<std::string> volumes;
  std::set<std::string> snapshots;
  ASSIGN_OR_RETURN(const auto listed_volumes, world.csi().ListVolumes());
  for (const auto& volume : listed_volumes) volumes.insert(volume.id);
  ASSIGN_OR_RETURN(const auto listed_snapshots, world.csi().ListSnapshots());
  for (const auto& snapshot : listed_snapshots) snapshots.insert(snapshot.id);
  RETURN_IF_ERROR(
      MustEqual(world.Names(PoolDirectory::kVolumes), volumes, "volumes/"));
  RETURN_IF_ERROR(MustEqual(world.Names(PoolDirectory::kSnapshots), snapshots,
                            "snapshots/"));
  const auto incoming = world.Names(PoolDirectory::kIncoming);
  RETURN_IF_ERROR(
      Must(incoming.empty(), "incoming/ is empty: " + Join(incoming)));
  const auto second = SecondWriters(LoopsBelow(world.scratch().path()));
  return Must(second.empty(), "one read-write loop device on each file: " +
                                  absl::StrJoin(second, " "));
}

absl::Status Bystanders::Make() {
  ASSIGN_OR_RETURN(
      const VolumeFact volume,
      world_.csi().CreateVolume({.name = "bystander", .bytes = 32 * kMiB}));
  mounted_ = world_.Places(volume.id, Access::kMount);
  RETURN_IF_ERROR(world_.Bring(mounted_));
  RETURN_IF_ERROR(WriteTree(mounted_.target_path, 1));
  ASSIGN_OR_RETURN(digest_, TreeDigest(mounted_.target_path));
  ASSIGN_OR_RETURN(const SnapshotFact snapshot,
                   world_.csi().CreateSnapshot("bystander", volume.id));
  snapshot_ = snapshot.id;
  ASSIGN_OR_RETURN(const VolumeFact raw,
                   world_.csi().CreateVolume({.name = "raw bystander",
                                              .bytes = 16 * kMiB,
                                              .access = Access::kBlock}));
  block_ = world_.Places(raw.id, Access::kBlock);
  RETURN_IF_ERROR(world_.Bring(block_));
  return WriteAt(block_.target_path, 0, Bytes(2, kDataBytes));
}

absl::Status Bystanders::Check() {
  ASSIGN_OR_RETURN(const std::string digest, TreeDigest(mounted_.target_path));
  RETURN_IF_ERROR(Must(digest == digest_, "the bystander's tree is whole"));
  ASSIGN_OR_RETURN(const std::string data,
                   ReadAt(block_.target_path, 0, kDataBytes));
  return Must(data == Bytes(2, kDataBytes), "the raw bystander is whole");
}

absl::Status Bystanders::CheckSnapshot() {
  ASSIGN_OR_RETURN(const VolumeFact copy,
                   world_.csi().CreateVolume({.name = "bystander's copy",
                                              .bytes = 32 * kMiB,
                                              .from_snapshot = snapshot_}));
  const NodeArgs args = world_.Places(copy.id, Access::kMount);
  RETURN_IF_ERROR(world_.Bring(args));
  ASSIGN_OR_RETURN(const std::string digest, TreeDigest(args.target_path));
  RETURN_IF_ERROR(Must(digest == digest_, "the bystander's snapshot is whole"));
  RETURN_IF_ERROR(world_.TakeBack(args));
  return world_.csi().DeleteVolume(copy.id);
}

}  // namespace holdfast::root
