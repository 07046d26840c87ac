#include "tests/root/load/caller.h"

#include <linux/capability.h>

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/machine.h"

namespace holdfast::root {
namespace {

constexpr size_t kFewest = 3;  // volumes that a caller begins with
constexpr uint64_t kNumbersOfACaller = uint64_t{1} << 32;

}  // namespace

Caller::Caller(const Spec& spec, Gate& gate)
    : spec_(spec),
      gate_(gate),
      grows_ext4_mounted_(HasCapability(CAP_SYS_RESOURCE)),
      // As often as each is to be tried.
      methods_([] {
        const std::vector<std::pair<Method, int>> weights = {
            {&Caller::Create, 2},
            {&Caller::Clone, 3},
            {&Caller::Restore, 4},
            {&Caller::Snapshot, 3},
            {&Caller::DeleteSnapshot, 2},
            {&Caller::Expand, 3},
            {&Caller::Delete, 7},
            {&Caller::Undelete, 3},
            {&Caller::Purge, 3},
            {&Caller::List, 2},
            {&Caller::Stage, 5},
            {&Caller::Publish, 6},
            {&Caller::Unpublish, 5},
            {&Caller::Unstage, 3},
            {&Caller::Write, 5},
            {&Caller::Read, 3},
            {&Caller::ControllerPublish, 2},
            {&Caller::ControllerUnpublish, 2}};
        std::vector<Method> all;
        for (const auto& [method, weight] : weights) {
          all.insert(all.end(), static_cast<size_t>(weight), method);
        }
        return all;
      }()),
      random_(spec.seed),
      numbers_(spec.seed % 1024 * kNumbersOfACaller) {}

absl::Status Caller::Step() {
  if (volumes_.size() < kFewest) return *Create();
  for (;;) {
    const Done done = (this->*methods_[Roll(methods_.size())])();
    if (done.has_value()) return *done;
  }
}

absl::Status Caller::Do(Deed deed, const Change& change,
                        const std::function<absl::Status()>& attempt) {
  spec_.history.Begin(change.objects);
  if (spec_.node_side != nullptr) {
    spec_.node_side->uses.Begin(change.uses);
    spec_.node_side->data.Begin(change.data);
  }
  RETURN_IF_ERROR(gate_.Pass(deed, attempt));
  spec_.history.Acknowledge(change.objects);
  if (spec_.node_side != nullptr) {
    spec_.node_side->uses.Acknowledge(change.uses);
    spec_.node_side->data.Acknowledge(change.data);
  }
  return absl::OkStatus();
}

Caller::Things::iterator Caller::Any(Things& things, const Test& test) {
  std::vector<Things::iterator> fit;
  for (auto it = things.begin(); it != things.end(); ++it) {
    if (test(*it)) fit.push_back(it);
  }
  return fit.empty() ? things.end() : fit[Roll(fit.size())];
}

std::optional<Caller::Things::value_type> Caller::AnyToCopy() {
  const size_t sources = spec_.sources.size();
  if (volumes_.size() + sources == 0) return std::nullopt;
  const bool own = sources == 0 || (!volumes_.empty() && Roll(2) == 0);
  if (own) return *Any(volumes_, [](const auto&) { return true; });
  const auto source = std::next(spec_.sources.begin(),
                                static_cast<std::ptrdiff_t>(Roll(sources)));
  return Things::value_type(source->first, Thing{.state = source->second});
}

Caller::Thing Caller::CopyOf(const Things::value_type& source) {
  Thing copy = source.second;
  copy.state.source = source.first;
  copy.state.nodes.clear();
  copy.staged = false;
  copy.targets.clear();
  return copy;
}

std::map<std::string, std::vector<Caller::Thing>>::iterator
Caller::AnyDeleted() {
  std::vector<decltype(deleted_)::iterator> fit;
  for (auto it = deleted_.begin(); it != deleted_.end(); ++it) {
    const bool taken =
        volumes_.contains(it->first) || snapshots_.contains(it->first);
    if (!it->second.empty() && !taken) fit.push_back(it);
  }
  return fit.empty() ? deleted_.end() : fit[Roll(fit.size())];
}

// What the history is to say of an object when it is `thing` (null: gone), with
// that many more deletions of its id in the trash.
Caller::Change Caller::Leaves(const std::string& id, const Thing* thing,
                              int more_trash) {
  int in_trash = 0;
  if (spec_.trash != nullptr) {
    in_trash = static_cast<int>(deleted_[id].size()) + more_trash;
  }
  if (thing == nullptr) {
    return {.objects = {{id, Text(std::nullopt, in_trash)}},
            .data = {{id, ""}}};
  }
  return {.objects = {{id, Text(thing->state, in_trash)}},
          .data = {{id, absl::StrCat(thing->data)}}};
}

// A name that no object has now; perhaps one that was deleted.
std::string Caller::FreshName(IdKind kind) {
  const Things& taken = kind == IdKind::kVolume ? volumes_ : snapshots_;
  for (;;) {
    std::string name =
        absl::StrCat(spec_.name, " ", Roll(3 * spec_.most_objects + 3));
    if (!taken.contains(IdOf(kind, name))) return name;
  }
}

std::string Caller::IdOf(IdKind kind, const std::string& name) const {
  return MakeId(spec_.pool[0], spec_.pool.substr(1), kind, name);
}

// Higher than all before, and odd after even.
uint64_t Caller::NextNumber(uint64_t last) {
  numbers_ += 2;
  return numbers_ + (last + 1) % 2;
}

}  // namespace holdfast::root
