#include "controller/router/duplicates.h"

#include <glog/logging.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "controller/router/gather_list.h"
#include "controller/router/hop.h"

namespace holdfast::controller {
namespace {

using Stub = v1::Admin::StubInterface;

constexpr char kTrashed[] = "trashed";
constexpr char kBothWritten[] = "both_written";
constexpr char kDifferent[] = "different";
constexpr char kFailed[] = "failed";

// A question to one agent, or one change; also what the end of the process may
// have to wait for.
constexpr absl::Duration kPatience = absl::Seconds(10);

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// What follows the pool in an id.
std::string NamePart(const std::string& id) {
  return id.substr(id.find('-') + 1);
}

// What tells volumes of one name apart that were meant to be two.
std::string MeaningOf(const v1::Volume& volume) {
  const std::map<std::string, std::string> parameters(
      volume.parameters().begin(), volume.parameters().end());
  return absl::StrCat(volume.source().ShortDebugString(), " ",
                      volume.access_type(), " ",
                      absl::StrJoin(parameters, ",", absl::PairFormatter("=")));
}

}  // namespace

Duplicates::Duplicates(Agents& agents, Appearances& appearances,
                       Metrics& metrics, absl::Duration recheck)
    : agents_(agents),
      appearances_(appearances),
      recheck_(recheck),
      counters_(prometheus::BuildCounter()
                    .Name("holdfast_router_duplicates_total")
                    .Help("Volumes of one name that were found in two pools, "
                          "by what was done.")
                    .Register(metrics.registry())) {
  for (const char* result : {kTrashed, kBothWritten, kDifferent, kFailed}) {
    counters_.Add({{"result", result}});
  }
  thread_ = std::jthread([this] {
    while (
        appearances_.Await(undecided_ ? recheck_ : absl::InfiniteDuration())) {
      Check();
    }
  });
}

Duplicates::~Duplicates() { appearances_.Close(); }

void Duplicates::Check() {
  undecided_ = false;
  for (auto& [name, copies] : AllVolumes()) {
    if (appearances_.IsClosed()) return;
    if (copies.size() > 1) Resolve(std::move(copies));
  }
}

std::map<std::string, std::vector<Duplicates::Copy>> Duplicates::AllVolumes() {
  std::map<std::string, std::vector<Copy>> all;
  const Operation operation("FindDuplicates", absl::Now() + kPatience);
  const Roster roster = agents_.Reachable(operation);
  if (roster.connected.size() < 2) return all;
  for (const auto& pool : roster.connected) {
    if (appearances_.IsClosed()) return {};
    for (Copy& copy : VolumesOf(pool)) {
      all[NamePart(copy.id)].push_back(std::move(copy));
    }
  }
  return all;
}

// A pool that fails here is asked when it appears again.
std::vector<Duplicates::Copy> Duplicates::VolumesOf(
    const Agents::Connected& pool) {
  Operation operation("FindDuplicates", absl::Now() + kPatience);
  grpc::ServerContext nobody;
  v1::ListVolumesResponse list;
  const ListPart part{
      .agent = *pool.agent, .home = pool.announcement.home, .token = ""};
  const absl::Status status =
      AppendPart({nobody, operation, agents_}, part, &Stub::ListVolumes,
                 v1::ListVolumesRequest(), list);
  if (!status.ok()) {
    LOG(WARNING) << LogLine("duplicates_not_looked_for")
                        .Add("pool", pool.announcement.home)
                        .Add("error", status.message());
    return {};
  }
  std::vector<Copy> copies;
  for (const auto& volume : list.volumes()) {
    if (!volume.has_created_at() || !volume.has_modified_at()) continue;
    copies.push_back({.id = volume.id(),
                      .agent = pool.agent,
                      .created_at = TimeOf(volume.created_at()),
                      .modified_at = TimeOf(volume.modified_at()),
                      .meant = MeaningOf(volume)});
  }
  return copies;
}

void Duplicates::Resolve(std::vector<Copy> copies) {
  // The one that was written to is kept.
  std::stable_partition(copies.begin(), copies.end(),
                        [](const Copy& copy) { return !copy.IsPristine(); });
  const Copy& kept = copies.front();
  for (auto it = copies.begin() + 1; it != copies.end(); ++it) {
    if (it->meant != kept.meant) {
      Report(*it, kept, kDifferent);
    } else if (!it->IsPristine()) {
      Report(*it, kept, kBothWritten);
    } else if (kept.IsPristine()) {
      undecided_ = true;
    } else {
      MoveToTrash(*it, kept);
    }
  }
}

void Duplicates::Report(const Copy& copy, const Copy& other,
                        const char* result) {
  if (!reported_.insert(copy.id).second) return;
  Count(result);
  LOG(ERROR) << LogLine("duplicate_volumes")
                    .Add("volume_id", copy.id)
                    .Add("and", other.id)
                    .Add("why", result)
                    .Add("advice",
                         "two pools have a volume of one name; see which one "
                         "is in use and delete the other");
}

void Duplicates::MoveToTrash(const Copy& copy, const Copy& kept) {
  Operation operation("DeletePristineVolume", absl::Now() + kPatience);
  grpc::ServerContext nobody;
  v1::DeletePristineVolumeRequest request;
  request.set_volume_id(copy.id);
  v1::DeletePristineVolumeResponse response;
  const absl::Status status =
      CallAgent({nobody, operation, agents_}, *copy.agent,
                &Stub::DeletePristineVolume, request, response);
  Count(status.ok() ? kTrashed : kFailed);
  LOG(WARNING) << LogLine(status.ok() ? "duplicate_moved_to_trash"
                                      : "duplicate_left")
                      .Add("volume_id", copy.id)
                      .Add("kept", kept.id)
                      .Add("agent", copy.agent->name())
                      .Add("error", status.message());
}

void Duplicates::Count(const std::string& result) {
  counters_.Add({{"result", result}}).Increment();
}

}  // namespace holdfast::controller
