// What a caller does with volumes on this machine.

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/load/caller.h"
#include "tests/root/load/numbered_data.h"
#include "tests/root/load/places.h"

namespace holdfast::root {
namespace {

constexpr size_t kMostTargets = 3;
constexpr int64_t kSeenGrowth = int64_t{8} << 20;

bool IsPublished(const Caller::Things::value_type& volume) {
  return !volume.second.targets.empty();
}

}  // namespace

Caller::Done Caller::Stage() {
  if (spec_.node_side == nullptr) return std::nullopt;
  const auto volume =
      Any(volumes_, [](const auto& one) { return !one.second.staged; });
  if (volume == volumes_.end()) return std::nullopt;
  const std::string& id = volume->first;
  const NodeArgs args = PlacesOf(*volume);
  std::filesystem::create_directories(args.staging_path);
  RETURN_IF_ERROR(Do(Deed::kStage,
                     {.uses = {{"staged " + id, "once"}, {"loop " + id, "rw"}}},
                     [&] { return spec_.csi.Stage(args); }));
  volume->second.staged = true;
  return absl::OkStatus();
}

// A block volume is published for reading, or for writing, but not both.
Caller::Done Caller::Publish() {
  const auto volume = Any(volumes_, [](const auto& one) {
    return one.second.staged && one.second.targets.size() < kMostTargets;
  });
  if (volume == volumes_.end()) return std::nullopt;
  Thing& thing = volume->second;
  NodeArgs args = PlacesOf(*volume);
  args.target_path = FreshTarget(*volume);
  args.writable = Roll(4) == 0 ? Writable::kReadOnly : Writable::kReadWrite;
  const bool is_block = args.access == Access::kBlock;
  if (is_block && IsPublished(*volume)) {
    args.writable = thing.targets.begin()->second;
  }
  const bool read_only = args.writable == Writable::kReadOnly;
  Change change = {
      .uses = {{"published " + args.target_path, read_only ? "ro" : "rw"},
               {"path " + args.target_path, "there"}}};
  if (is_block && read_only) change.uses["ro loop " + volume->first] = "ro";
  std::filesystem::create_directories(
      std::filesystem::path(args.target_path).parent_path());
  RETURN_IF_ERROR(
      Do(Deed::kPublish, change, [&] { return spec_.csi.Publish(args); }));
  thing.targets[args.target_path] = args.writable;
  return absl::OkStatus();
}

Caller::Done Caller::Unpublish() {
  const auto volume = Any(volumes_, IsPublished);
  if (volume == volumes_.end()) return std::nullopt;
  Thing& thing = volume->second;
  NodeArgs args = PlacesOf(*volume);
  args.target_path = thing.targets.begin()->first;
  Change change = {.uses = {{"published " + args.target_path, ""},
                            {"path " + args.target_path, ""}}};
  const bool last_reader = thing.targets.size() == 1 &&
                           args.access == Access::kBlock &&
                           thing.targets.begin()->second == Writable::kReadOnly;
  if (last_reader) change.uses["ro loop " + volume->first] = "";
  RETURN_IF_ERROR(
      Do(Deed::kUnpublish, change, [&] { return spec_.csi.Unpublish(args); }));
  thing.targets.erase(args.target_path);
  return absl::OkStatus();
}

Caller::Done Caller::Unstage() {
  const auto volume = Any(volumes_, [](const auto& one) {
    return one.second.staged && one.second.targets.empty();
  });
  if (volume == volumes_.end()) return std::nullopt;
  const std::string& id = volume->first;
  RETURN_IF_ERROR(Do(Deed::kUnstage,
                     {.uses = {{"staged " + id, ""}, {"loop " + id, ""}}},
                     [&] { return spec_.csi.Unstage(PlacesOf(*volume)); }));
  volume->second.staged = false;
  return absl::OkStatus();
}

Caller::Done Caller::Write() {
  const auto writable = [](const auto& target) {
    return target.second == Writable::kReadWrite;
  };
  const auto volume = Any(volumes_, [&](const auto& one) {
    return std::any_of(one.second.targets.begin(), one.second.targets.end(),
                       writable);
  });
  if (volume == volumes_.end()) return std::nullopt;
  Thing& thing = volume->second;
  const auto target =
      std::find_if(thing.targets.begin(), thing.targets.end(), writable);
  const uint64_t number = NextNumber(thing.data);
  RETURN_IF_ERROR(
      Do(Deed::kWrite, {.data = {{volume->first, absl::StrCat(number)}}}, [&] {
        return NumberedData(target->first, thing.state.access).Write(number);
      }));
  thing.data = number;
  return absl::OkStatus();
}

Caller::Done Caller::Read() {
  const auto volume = Any(volumes_, IsPublished);
  if (volume == volumes_.end()) return std::nullopt;
  Thing& thing = volume->second;
  return Do(Deed::kRead, {}, [&]() -> absl::Status {
    for (const auto& [target, writable] : thing.targets) {
      ASSIGN_OR_RETURN(const uint64_t found,
                       NumberedData(target, thing.state.access).Read());
      if (found == thing.data) continue;
      return absl::DataLossError(
          absl::StrCat(target, " has data ", found, ", not ", thing.data));
    }
    return CheckSize(volume->first, thing);
  });
}

// A block device has its size. A file system has grown with its volume since
// it was last seen.
absl::Status Caller::CheckSize(const std::string& id, Thing& thing) {
  const std::string& target = thing.targets.begin()->first;
  if (thing.state.access == Access::kBlock) {
    ASSIGN_OR_RETURN(const int64_t bytes, SizeOf(target));
    if (bytes == thing.state.bytes) return absl::OkStatus();
    return absl::InternalError(absl::StrCat(id, " is a device of ", bytes,
                                            " bytes, not ", thing.state.bytes));
  }
  ASSIGN_OR_RETURN(const int64_t fs_bytes, FileSystemBytes(target));
  const int64_t grown = thing.state.bytes - thing.fs_at_bytes;
  if (thing.fs_at_bytes != 0 && grown >= kSeenGrowth &&
      fs_bytes < thing.fs_bytes + grown / 2) {
    return absl::InternalError(absl::StrCat(
        "the file system of ", id, " had ", thing.fs_bytes, " bytes and has ",
        fs_bytes, "; its volume grew by ", grown));
  }
  thing.fs_bytes = fs_bytes;
  thing.fs_at_bytes = thing.state.bytes;
  return absl::OkStatus();
}

NodeArgs Caller::PlacesOf(const Things::value_type& volume) const {
  const auto& [id, thing] = volume;
  return {.volume_id = id,
          .staging_path =
              StagingPath(spec_.node_side->directory, id, thing.state.access),
          .access = thing.state.access};
}

std::string Caller::FreshTarget(const Things::value_type& volume) const {
  for (int i = 0;; ++i) {
    std::string path = absl::StrCat(
        TargetsOf(spec_.node_side->directory, volume.first), "/", i);
    if (!volume.second.targets.contains(path)) return path;
  }
}

}  // namespace holdfast::root
