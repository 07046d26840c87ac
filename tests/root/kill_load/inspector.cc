#include "tests/root/kill_load/inspector.h"

#include <algorithm>
#include <filesystem>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/status.h"
#include "tests/root/kill_load/uses.h"
#include "tests/root/load/numbered_data.h"
#include "tests/root/load/places.h"

namespace holdfast::root {
namespace {

// For what a daemon has in hand, and for a loop device to let go.
constexpr absl::Duration kSettle = absl::Seconds(10);
constexpr absl::Duration kPoll = absl::Milliseconds(5);

Cut Now() { return {.begin = absl::Now(), .end = absl::Now()}; }

void Append(std::vector<std::string>& to,
            const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

bool IsSnapshot(const std::string& id) {
  return ParseId(id)->kind == IdKind::kSnapshot;
}

}  // namespace

Inspector::Inspector(World& world, const Histories& histories,
                     std::string directory)
    : world_(world),
      histories_(histories),
      directory_(std::move(directory)),
      trash_(world.daemons().agent_endpoint()) {}

std::vector<std::string> Inspector::Judge() {
  const absl::Time deadline = absl::Now() + kSettle;
  for (;;) {
    std::vector<std::string> wrong = JudgeOnce();
    if (wrong.empty() || absl::Now() > deadline) return wrong;
    absl::SleepFor(kPoll);
  }
}

std::vector<std::string> Inspector::JudgeOnce() {
  const Cut cut = Now();
  Found found = {.uses = UsesFound(world_.pool(), directory_)};
  const absl::Status looked = LookAtObjects(found);
  if (!looked.ok()) return {looked.ToString()};
  Append(found.wrong, histories_.objects.Judge(cut, found.objects));
  Append(found.wrong, histories_.uses.Judge(cut, found.uses));
  const auto incoming = world_.Names(PoolDirectory::kIncoming);
  if (!incoming.empty()) {
    found.wrong.push_back("incoming/ has " + absl::StrJoin(incoming, " "));
  }
  objects_ += static_cast<int64_t>(found.objects.size());
  return found.wrong;
}

absl::Status Inspector::LookAtObjects(Found& found) {
  std::map<std::string, MaybeState> states;
  std::set<std::string> volume_ids;
  std::set<std::string> snapshot_ids;
  ASSIGN_OR_RETURN(const auto volumes, world_.csi().ListVolumes());
  for (const VolumeFact& volume : volumes) {
    ASSIGN_OR_RETURN(ObjectState state, ReadObject(FileOf(volume.id)));
    CompareListed(volume, state, found);
    volume_ids.insert(volume.id);
    states[volume.id] = std::move(state);
  }
  ASSIGN_OR_RETURN(const auto snapshots, world_.csi().ListSnapshots());
  for (const SnapshotFact& snapshot : snapshots) {
    ASSIGN_OR_RETURN(ObjectState state, ReadObject(FileOf(snapshot.id)));
    if (snapshot.bytes != state.bytes ||
        snapshot.source_volume != state.source) {
      found.wrong.push_back(snapshot.id + " is listed otherwise than recorded");
    }
    snapshot_ids.insert(snapshot.id);
    states[snapshot.id] = std::move(state);
  }
  CompareNames(PoolDirectory::kVolumes, volume_ids, found);
  CompareNames(PoolDirectory::kSnapshots, snapshot_ids, found);
  std::map<std::string, int> in_trash;
  for (const std::string& name : world_.Names(PoolDirectory::kTrash)) {
    const std::string id = name.substr(0, name.rfind('.'));
    states.try_emplace(id);
    ++in_trash[id];
  }
  for (const auto& [id, state] : states) {
    found.objects[id] = Text(state, in_trash[id]);
  }
  return absl::OkStatus();
}

// A volume is on its node if that is recorded, or while it is attached.
void Inspector::CompareListed(const VolumeFact& listed,
                              const ObjectState& state, Found& found) const {
  const bool here = !state.nodes.empty() ||
                    found.uses.contains("loop " + listed.id) ||
                    found.uses.contains("ro loop " + listed.id);
  if (listed.bytes != state.bytes || listed.source != state.source ||
      listed.published_nodes.empty() == here) {
    found.wrong.push_back(absl::StrCat(
        listed.id, " is listed with ", listed.bytes, " bytes from ",
        listed.source, " on [", absl::StrJoin(listed.published_nodes, ","),
        "] and is a ", Text(state)));
  }
}

void Inspector::CompareNames(PoolDirectory directory,
                             const std::set<std::string>& listed,
                             Found& found) const {
  const std::set<std::string> names = world_.Names(directory);
  if (names == listed) return;
  std::vector<std::string> odd;
  std::set_symmetric_difference(names.begin(), names.end(), listed.begin(),
                                listed.end(), std::back_inserter(odd));
  found.wrong.push_back("only listed, or only there: " +
                        absl::StrJoin(odd, " "));
}

absl::StatusOr<std::vector<std::string>> Inspector::JudgeData(
    size_t most_snapshots, uint64_t seed) {
  Facts data;
  const Facts uses = UsesFound(world_.pool(), directory_);
  for (const std::string& id : world_.Names(PoolDirectory::kVolumes)) {
    ASSIGN_OR_RETURN(const ObjectState state, ReadObject(FileOf(id)));
    ASSIGN_OR_RETURN(const uint64_t number, ReadVolume(id, state.access, uses));
    data[id] = absl::StrCat(number);
  }
  std::vector<std::string> some;
  const auto snapshots = world_.Names(PoolDirectory::kSnapshots);
  std::sample(snapshots.begin(), snapshots.end(), std::back_inserter(some),
              most_snapshots, std::mt19937_64(seed));
  for (const std::string& id : some) {
    ASSIGN_OR_RETURN(const ObjectState state, ReadObject(FileOf(id)));
    ASSIGN_OR_RETURN(const uint64_t number, ReadSnapshot(id, state));
    data[id] = absl::StrCat(number);
  }
  read_ += static_cast<int64_t>(data.size());
  return histories_.data.JudgeThese(Now(), data);
}

// Through a publication of its own, beside those there are.
absl::StatusOr<uint64_t> Inspector::ReadVolume(const std::string& id,
                                               Access access,
                                               const Facts& uses) {
  const std::string targets = TargetsOf(directory_, id);
  NodeArgs args = {.volume_id = id,
                   .staging_path = StagingPath(directory_, id, access),
                   .target_path = targets + "/inspector",
                   .access = access};
  // A block volume is published for reading, or for writing, but not both.
  if (uses.contains("ro loop " + id)) args.writable = Writable::kReadOnly;
  std::filesystem::create_directories(args.staging_path);
  std::filesystem::create_directories(targets);
  RETURN_IF_ERROR(world_.Bring(args));
  ASSIGN_OR_RETURN(const uint64_t number,
                   NumberedData(args.target_path, access).Read());
  if (uses.contains("staged " + id)) {
    RETURN_IF_ERROR(world_.csi().Unpublish(args));
  } else {
    RETURN_IF_ERROR(world_.TakeBack(args));
  }
  return number;
}

absl::StatusOr<uint64_t> Inspector::ReadSnapshot(const std::string& id,
                                                 const ObjectState& state) {
  ASSIGN_OR_RETURN(const VolumeFact copy,
                   world_.csi().CreateVolume({.name = "inspector's copy",
                                              .bytes = state.bytes,
                                              .access = state.access,
                                              .fs_type = state.fs_type,
                                              .from_snapshot = id}));
  ASSIGN_OR_RETURN(const uint64_t number,
                   ReadVolume(copy.id, state.access, {}));
  RETURN_IF_ERROR(world_.csi().DeleteVolume(copy.id));
  ASSIGN_OR_RETURN(const std::string key, trash_.KeyOf(copy.id));
  RETURN_IF_ERROR(trash_.Purge(key));
  std::filesystem::remove_all(TargetsOf(directory_, copy.id));
  return number;
}

std::string Inspector::FileOf(const std::string& id) const {
  return absl::StrCat(world_.pool(),
                      IsSnapshot(id) ? "/snapshots/" : "/volumes/", id);
}

}  // namespace holdfast::root
