// What a caller asks of the controller.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/load/caller.h"

namespace holdfast::root {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGrowth = 4 * kMiB;

// Above the minimum of the type; two of each, so that there are as many
// templates.
int64_t SizeOf(const ObjectState& state, size_t which) {
  const int64_t more = static_cast<int64_t>(which) * 16 * kMiB;
  if (state.fs_type == "xfs") return 300 * kMiB + more;
  if (state.fs_type == "btrfs") return 256 * kMiB + more;
  return 16 * kMiB + more;
}

}  // namespace

Caller::Done Caller::Create() {
  if (volumes_.size() >= spec_.most_objects) return std::nullopt;
  Thing thing;
  if (Roll(4) == 0) {
    thing.state.access = Access::kBlock;
  } else {
    thing.state.fs_type = spec_.fs_types[Roll(spec_.fs_types.size())];
  }
  thing.state.bytes = SizeOf(thing.state, Roll(2));
  return CreateFrom(Deed::kCreate, {}, std::move(thing));
}

Caller::Done Caller::Clone() {
  const auto source = AnyToCopy();
  if (!source.has_value()) return std::nullopt;
  return CreateFrom(Deed::kClone, {.from_volume = source->first},
                    CopyOf(*source));
}

Caller::Done Caller::Restore() {
  const auto source = Any(snapshots_, [](const auto&) { return true; });
  if (source == snapshots_.end()) return std::nullopt;
  return CreateFrom(Deed::kRestore, {.from_snapshot = source->first},
                    CopyOf(*source));
}

Caller::Done Caller::CreateFrom(Deed deed, CreateArgs args, Thing thing) {
  if (volumes_.size() >= spec_.most_objects) return std::nullopt;
  if (deed != Deed::kCreate) {
    thing.state.bytes += static_cast<int64_t>(Roll(3)) * kGrowth;
  }
  args.name = FreshName(IdKind::kVolume);
  args.bytes = thing.state.bytes;
  args.access = thing.state.access;
  args.fs_type = thing.state.fs_type;
  const std::string id = IdOf(IdKind::kVolume, args.name);
  RETURN_IF_ERROR(Do(deed, Leaves(id, &thing, 0), [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const VolumeFact volume, spec_.csi.CreateVolume(args));
    if (volume.id == id) return absl::OkStatus();
    return absl::InternalError("another id: " + volume.id);
  }));
  volumes_[id] = std::move(thing);
  return absl::OkStatus();
}

Caller::Done Caller::Snapshot() {
  const auto source = AnyToCopy();
  if (!source.has_value() || snapshots_.size() >= spec_.most_objects) {
    return std::nullopt;
  }
  Thing cut = CopyOf(*source);
  const std::string name = FreshName(IdKind::kSnapshot);
  const std::string id = IdOf(IdKind::kSnapshot, name);
  RETURN_IF_ERROR(Do(Deed::kSnapshot, Leaves(id, &cut, 0), [&] {
    return spec_.csi.CreateSnapshot(name, source->first).status();
  }));
  snapshots_[id] = std::move(cut);
  return absl::OkStatus();
}

// One that is published nowhere; a forgotten stage may be left.
Caller::Done Caller::Delete() {
  const auto volume =
      Any(volumes_, [](const auto& one) { return one.second.targets.empty(); });
  if (volume == volumes_.end()) return std::nullopt;
  return Discard(Deed::kDelete, volumes_, volume);
}

Caller::Done Caller::DeleteSnapshot() {
  const auto snapshot = Any(snapshots_, [](const auto&) { return true; });
  if (snapshot == snapshots_.end()) return std::nullopt;
  return Discard(Deed::kDeleteSnapshot, snapshots_, snapshot);
}

Caller::Done Caller::Discard(Deed deed, Things& things,
                             Things::iterator thing) {
  const std::string id = thing->first;
  Change change = Leaves(id, nullptr, 1);
  if (thing->second.staged) {
    change.uses = {{"staged " + id, ""}, {"loop " + id, ""}};
  }
  RETURN_IF_ERROR(Do(deed, change, [&] {
    return deed == Deed::kDelete ? spec_.csi.DeleteVolume(id)
                                 : spec_.csi.DeleteSnapshot(id);
  }));
  thing->second.staged = false;
  if (spec_.trash != nullptr) {
    deleted_[id].push_back(std::move(thing->second));
  }
  things.erase(thing);
  return absl::OkStatus();
}

Caller::Done Caller::Undelete() {
  const auto deleted = AnyDeleted();
  if (deleted == deleted_.end()) return std::nullopt;
  const std::string& id = deleted->first;
  const bool is_volume = ParseId(id)->kind == IdKind::kVolume;
  Things& things = is_volume ? volumes_ : snapshots_;
  if (things.size() >= spec_.most_objects) return std::nullopt;
  const Thing& thing = deleted->second.back();
  std::string key;
  RETURN_IF_ERROR(
      Do(Deed::kUndelete, Leaves(id, &thing, -1), [&]() -> absl::Status {
        if (key.empty()) {
          ASSIGN_OR_RETURN(key, spec_.trash->KeyOf(id));
        }
        return spec_.trash->Undelete(key);
      }));
  things[id] = thing;
  deleted->second.pop_back();
  return absl::OkStatus();
}

// The last deletion of an id. A repetition finds nothing.
Caller::Done Caller::Purge() {
  const auto deleted = AnyDeleted();
  if (deleted == deleted_.end()) return std::nullopt;
  const std::string& id = deleted->first;
  std::string key;
  bool repeated = false;
  RETURN_IF_ERROR(
      Do(Deed::kPurge, Leaves(id, nullptr, -1), [&]() -> absl::Status {
        if (key.empty()) {
          ASSIGN_OR_RETURN(key, spec_.trash->KeyOf(id));
        }
        const absl::Status purged = spec_.trash->Purge(key);
        if (absl::IsNotFound(purged) && repeated) return absl::OkStatus();
        repeated = true;
        return purged;
      }));
  deleted->second.pop_back();
  return absl::OkStatus();
}

bool Caller::CanGrow(const Thing& thing) const {
  const bool mounted_ext4 =
      thing.staged && thing.state.access == Access::kMount &&
      (thing.state.fs_type.empty() || thing.state.fs_type == "ext4");
  return !mounted_ext4 || grows_ext4_mounted_;
}

Caller::Done Caller::Expand() {
  const auto volume =
      Any(volumes_, [this](const auto& one) { return CanGrow(one.second); });
  if (volume == volumes_.end()) return std::nullopt;
  Thing larger = volume->second;
  larger.state.bytes += static_cast<int64_t>(1 + Roll(4)) * kGrowth;
  RETURN_IF_ERROR(Do(
      Deed::kExpand, Leaves(volume->first, &larger, 0), [&]() -> absl::Status {
        ASSIGN_OR_RETURN(
            const int64_t bytes,
            spec_.csi.ControllerExpand(volume->first, larger.state.bytes));
        if (bytes == larger.state.bytes) return absl::OkStatus();
        return absl::InternalError(absl::StrCat("another size: ", bytes));
      }));
  volume->second = larger;
  return absl::OkStatus();
}

// Of a volume that may be published already: that is acknowledged as well.
Caller::Done Caller::ControllerPublish() {
  return Record(Deed::kControllerPublish, spec_.node);
}

Caller::Done Caller::ControllerUnpublish() {
  return Record(Deed::kControllerUnpublish, "");
}

Caller::Done Caller::Record(Deed deed, const std::string& nodes) {
  const auto volume = Any(volumes_, [](const auto&) { return true; });
  if (volume == volumes_.end()) return std::nullopt;
  const std::string& id = volume->first;
  Thing thing = volume->second;
  thing.state.nodes = nodes;
  RETURN_IF_ERROR(Do(deed, Leaves(id, &thing, 0), [&] {
    return deed == Deed::kControllerPublish
               ? spec_.csi.ControllerPublish(id, spec_.node, thing.state.access)
               : spec_.csi.ControllerUnpublish(id, spec_.node);
  }));
  volume->second = thing;
  return absl::OkStatus();
}

Caller::Done Caller::List() {
  return Do(Deed::kList, {}, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto volumes, spec_.csi.ListVolumes());
    ASSIGN_OR_RETURN(const auto snapshots, spec_.csi.ListSnapshots());
    return CheckListed(volumes, snapshots);
  });
}

// All of its own are there, whatever others do.
absl::Status Caller::CheckListed(const std::vector<VolumeFact>& volumes,
                                 const std::vector<SnapshotFact>& snapshots) {
  std::map<std::string, int64_t> listed;
  for (const VolumeFact& volume : volumes) listed[volume.id] = volume.bytes;
  for (const SnapshotFact& cut : snapshots) listed[cut.id] = cut.bytes;
  for (const Things* things : {&volumes_, &snapshots_}) {
    for (const auto& [id, thing] : *things) {
      if (listed[id] == thing.state.bytes) continue;
      return absl::DataLossError(absl::StrCat(id, " is listed with ",
                                              listed[id], " bytes, not ",
                                              thing.state.bytes));
    }
  }
  return absl::OkStatus();
}

}  // namespace holdfast::root
