#include "backend/pool_set.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/parameter_names.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::backend {
namespace {

bool IsOpen(const Backend& backend) { return !backend.Pools().empty(); }

const std::string& IdOf(const Volume& volume) { return volume.id; }
const std::string& IdOf(const Snapshot& snapshot) { return snapshot.id; }
const std::string& IdOf(const TrashedObject& object) { return object.key; }
const std::string& IdOf(const AttachedVolume& attached) {
  return attached.volume.id;
}

template <typename T>
void SortById(std::vector<T>& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const T& a, const T& b) { return IdOf(a) < IdOf(b); });
}

// Pages that all begin after the same id, as one: what does not fit on it is
// on the next, which begins after the last that fits.
template <typename T>
Page<T> Merge(std::vector<Page<T>> pages, int max_entries) {
  Page<T> merged;
  for (Page<T>& page : pages) {
    merged.more |= page.more;
    std::move(page.entries.begin(), page.entries.end(),
              std::back_inserter(merged.entries));
  }
  SortById(merged.entries);
  const auto limit = static_cast<size_t>(max_entries);
  if (max_entries > 0 && merged.entries.size() > limit) {
    merged.entries.resize(limit);
    merged.more = true;
  }
  return merged;
}

// The page of all of `members` together; `list` asks one of them.
template <typename T, typename Members, typename List>
absl::StatusOr<Page<T>> ListAll(const Members& members,
                                const PageRequest& request, const List& list) {
  std::vector<Page<T>> pages;
  for (const auto& member : members) {
    ASSIGN_OR_RETURN(Page<T> page, list(member.backend));
    pages.push_back(std::move(page));
  }
  return Merge(std::move(pages), request.max_entries);
}

}  // namespace

std::vector<PoolIdentity> PoolSet::Pools() const {
  std::vector<PoolIdentity> pools;
  for (const Member& member : members_) {
    for (PoolIdentity& pool : member.backend.Pools()) {
      pools.push_back(std::move(pool));
    }
  }
  return pools;
}

absl::StatusOr<PoolState> PoolSet::GetPool(const std::string& home) {
  ASSIGN_OR_RETURN(const Member* const member, WithHome(home));
  return member->backend.GetPool(home);
}

absl::StatusOr<std::string> PoolSet::VolumeId(const VolumeSpec& spec) const {
  ASSIGN_OR_RETURN(const Member* const member, ForVolume(spec));
  return member->backend.VolumeId(spec);
}

absl::StatusOr<std::string> PoolSet::SnapshotId(
    const SnapshotSpec& spec) const {
  ASSIGN_OR_RETURN(const Member* const member, WithId(spec.source_volume_id));
  return member->backend.SnapshotId(spec);
}

absl::StatusOr<Volume> PoolSet::CreateVolume(const VolumeSpec& spec,
                                             Operation& operation) {
  ASSIGN_OR_RETURN(const Member* const member, ForVolume(spec));
  RETURN_IF_ERROR(CheckNotElsewhere(
      spec.name, *member, [&spec](Backend& other) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string id, other.VolumeId(spec));
        return other.GetVolume(id).status();
      }));
  return member->backend.CreateVolume(spec, operation);
}

absl::StatusOr<Page<Volume>> PoolSet::ListVolumes(const PageRequest& page) {
  return ListAll<Volume>(members_, page, [&page](Backend& backend) {
    return backend.ListVolumes(page);
  });
}

absl::StatusOr<Snapshot> PoolSet::CreateSnapshot(const SnapshotSpec& spec,
                                                 Operation& operation) {
  ASSIGN_OR_RETURN(const Member* const member, WithId(spec.source_volume_id));
  RETURN_IF_ERROR(CheckNotElsewhere(
      spec.name, *member, [&spec](Backend& other) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string id, other.SnapshotId(spec));
        return other.GetSnapshot(id).status();
      }));
  return member->backend.CreateSnapshot(spec, operation);
}

// A filter that names an object concerns its pool only.
absl::StatusOr<Page<Snapshot>> PoolSet::ListSnapshots(
    const SnapshotFilter& filter, const PageRequest& page) {
  const std::string& id =
      filter.snapshot_id.empty() ? filter.source_volume_id : filter.snapshot_id;
  if (!id.empty()) {
    const auto member = WithId(id);
    if (absl::IsNotFound(member.status())) return Page<Snapshot>();
    RETURN_IF_ERROR(member.status());
    return (*member)->backend.ListSnapshots(filter, page);
  }
  return ListAll<Snapshot>(members_, page, [&](Backend& backend) {
    return backend.ListSnapshots(filter, page);
  });
}

absl::StatusOr<Capacity> PoolSet::GetCapacity(const CapacityQuery& query) {
  ASSIGN_OR_RETURN(const Member* const member, Named(query.parameters));
  return member->backend.GetCapacity(query);
}

absl::StatusOr<std::vector<AttachedVolume>> PoolSet::ListAttached() {
  std::vector<AttachedVolume> all;
  for (const Member& member : members_) {
    if (!IsOpen(member.backend)) continue;
    ASSIGN_OR_RETURN(auto attached, member.backend.ListAttached());
    std::move(attached.begin(), attached.end(), std::back_inserter(all));
  }
  SortById(all);
  return all;
}

absl::StatusOr<Page<TrashedObject>> PoolSet::ListTrash(
    const PageRequest& page) {
  return ListAll<TrashedObject>(members_, page, [&page](Backend& backend) {
    return backend.ListTrash(page);
  });
}

absl::StatusOr<Backend*> PoolSet::Route(const std::string& id) const {
  ASSIGN_OR_RETURN(const Member* const member, WithId(id));
  return &member->backend;
}

absl::StatusOr<const PoolSet::Member*> PoolSet::WithHome(
    const std::string& home) const {
  std::vector<std::string> missing;
  for (const Member& member : members_) {
    const auto pools = member.backend.Pools();
    if (pools.empty()) missing.push_back(member.name);
    for (const PoolIdentity& pool : pools) {
      if (pool.home == home) return &member;
    }
  }
  if (missing.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "no pool here has the home ", Quote(home), "; there are ", Names()));
  }
  return absl::UnavailableError(absl::StrCat(
      "what lies at the home ", Quote(home), " may be of a pool that is not ",
      "open here yet: ", absl::StrJoin(missing, ", "), "; try again"));
}

// Also of a trash key, which is an id, a dot and a time.
absl::StatusOr<const PoolSet::Member*> PoolSet::WithId(
    const std::string& id) const {
  const auto parsed = ParseId(id.substr(0, id.find('.')));
  if (parsed) return WithHome(parsed->home);
  return absl::NotFoundError(
      absl::StrCat("there is nothing with the id ", Quote(id)));
}

absl::StatusOr<const PoolSet::Member*> PoolSet::Named(
    const Parameters& parameters) const {
  const auto named = parameters.find(kPoolParameter);
  if (named == parameters.end()) return &members_.front();
  for (const Member& member : members_) {
    if (member.name == named->second) return &member;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no pool ", Quote(named->second),
                   " here. Use one of: ", Names()));
}

absl::StatusOr<const PoolSet::Member*> PoolSet::ForVolume(
    const VolumeSpec& spec) const {
  ASSIGN_OR_RETURN(const Member* const named, Named(spec.parameters));
  if (spec.source.kind == ContentSource::Kind::kNone) return named;
  ASSIGN_OR_RETURN(const Member* const source, WithId(spec.source.id));
  if (source != named && spec.parameters.contains(kPoolParameter)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the source ", spec.source.id, " is in the pool ", source->name,
        ", and a copy of it cannot be in the pool ", named->name,
        ". Leave the parameter \"pool\" out, or say ", source->name));
  }
  return source;
}

absl::Status PoolSet::CheckNotElsewhere(const std::string& name,
                                        const Member& home,
                                        const ExistsIn& look) const {
  for (const Member& member : members_) {
    if (&member == &home || !IsOpen(member.backend)) continue;
    const absl::Status found = look(member.backend);
    if (absl::IsNotFound(found)) continue;
    if (!found.ok()) {
      return Annotate(found, absl::StrCat("look in the pool ", member.name));
    }
    return absl::AlreadyExistsError(absl::StrCat(
        Quote(name), " exists in the pool ", member.name, " and cannot be made",
        " in the pool ", home.name, " too. Use another name"));
  }
  return absl::OkStatus();
}

std::string PoolSet::Names() const {
  return absl::StrJoin(members_, ", ",
                       [](std::string* out, const Member& member) {
                         absl::StrAppend(out, member.name);
                       });
}

}  // namespace holdfast::backend
