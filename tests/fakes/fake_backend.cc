#include "tests/fakes/fake_backend.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "backend/parameter_names.h"
#include "base/ids.h"
#include "base/status.h"
#include "tests/fakes/fake_objects.h"

namespace holdfast::backend {
namespace {

constexpr int64_t kDefaultBytes = int64_t{1} << 30;
constexpr char kKnownParameter[] = "tier";

absl::Status CheckParameters(const std::map<std::string, std::string>& given) {
  for (const auto& [key, value] : given) {
    if (key != kKnownParameter && key != kPoolParameter) {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown parameter ", key, "; known: pool, tier"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Format> FormatFor(const VolumeSpec& spec) {
  if (spec.access_type == AccessType::kBlock) {
    return Format{.access_type = AccessType::kBlock};
  }
  if (!spec.fs_type.empty() && spec.fs_type != "ext4") {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown file system ", spec.fs_type, "; use ext4"));
  }
  return Format{.access_type = AccessType::kMount, .fs_type = "ext4"};
}

}  // namespace

FakeBackend::FakeBackend(const std::string& pool_uuid, int64_t pool_bytes,
                         std::string name)
    : home_(HomeOf(pool_uuid)),
      pool_bytes_(pool_bytes),
      name_(std::move(name)) {}

void FakeBackend::OnCall(Hook hook) {
  absl::MutexLock lock(&mutex_);
  hook_ = std::move(hook);
}

std::vector<std::string> FakeBackend::Changes() const {
  absl::MutexLock lock(&mutex_);
  return changes_;
}

// The hook runs without the mutex: it may wait.
absl::Status FakeBackend::Begin(absl::string_view verb, KeyedLock::Keys keys) {
  Hook hook;
  const bool changing = !keys.exclusive.empty();
  RETURN_IF_ERROR(CheckHeld(verb, std::move(keys)));
  {
    absl::MutexLock lock(&mutex_);
    hook = hook_;
    if (changing) changes_.emplace_back(verb);
  }
  return hook ? hook(verb) : absl::OkStatus();
}

// A key is held exclusively if not even a shared hold can be had, and held at
// all if no exclusive one can.
absl::Status FakeBackend::CheckHeld(absl::string_view verb,
                                    KeyedLock::Keys keys) const {
  if (locks_ == nullptr) return absl::OkStatus();
  const Operation probe("FakeBackend");
  for (const auto& key : keys.exclusive) {
    if (locks_->TryLock(KeyedLock::Keys{.shared = {key}}, probe).ok()) {
      return absl::InternalError(
          absl::StrCat(verb, " without holding ", key, " exclusively"));
    }
  }
  for (const auto& key : keys.shared) {
    if (locks_->TryLock(key, probe).ok()) {
      return absl::InternalError(absl::StrCat(verb, " without holding ", key));
    }
  }
  return absl::OkStatus();
}

std::vector<PoolIdentity> FakeBackend::Pools() const {
  return {{.name = name_, .home = home_}};
}

absl::StatusOr<PoolState> FakeBackend::GetPool(const std::string& home) {
  RETURN_IF_ERROR(Begin("GetPool"));
  if (home != home_) return NoSuch(home);
  absl::MutexLock lock(&mutex_);
  int64_t trashed = 0;
  for (const auto& [key, each] : trash_) trashed += each.object.size_bytes;
  return PoolState{.identity = Pools().front(),
                   .place = "/fake",
                   .size_bytes = pool_bytes_,
                   .free_bytes = Free(),
                   .usable_bytes = pool_bytes_,
                   .promised_bytes = pool_bytes_ - Free(),
                   .trash_bytes = trashed,
                   .available_bytes = Free() + trashed};
}

absl::StatusOr<std::string> FakeBackend::VolumeId(
    const VolumeSpec& spec) const {
  return MakeId('p', home_, IdKind::kVolume, spec.name);
}

absl::StatusOr<std::string> FakeBackend::SnapshotId(
    const SnapshotSpec& spec) const {
  return MakeId('p', home_, IdKind::kSnapshot, spec.name);
}

int64_t FakeBackend::Free() const {
  int64_t used = 0;
  for (const auto& [id, volume] : volumes_) used += volume.size_bytes;
  for (const auto& [key, each] : trash_) used += each.object.size_bytes;
  return pool_bytes_ - used;
}

absl::Status FakeBackend::CheckRoom(int64_t bytes) {
  if (bytes > Free()) trash_.clear();
  if (bytes <= Free()) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the pool has ", Free(), " bytes free, not ", bytes));
}

absl::StatusOr<int64_t> FakeBackend::SizeFor(const CapacityRange& range,
                                             int64_t least) const {
  const int64_t wanted = range.required_bytes > 0 ? range.required_bytes
                         : range.limit_bytes > 0
                             ? std::min(kDefaultBytes, range.limit_bytes)
                             : kDefaultBytes;
  constexpr int64_t kBlock = 4096;
  const int64_t size =
      std::max({(wanted + kBlock - 1) / kBlock * kBlock, least, kLeastBytes});
  if (range.limit_bytes > 0 && size > range.limit_bytes) {
    return absl::OutOfRangeError(absl::StrCat(
        size, " bytes are needed, the limit is ", range.limit_bytes));
  }
  return size;
}

absl::StatusOr<FakeBackend::Origin> FakeBackend::OriginOf(
    const VolumeSpec& spec) const {
  if (spec.source.kind == ContentSource::Kind::kSnapshot) {
    const auto it = snapshots_.find(spec.source.id);
    if (it == snapshots_.end()) return NoSuch(spec.source.id);
    return Origin{it->second.size_bytes, it->second.format};
  }
  if (spec.source.kind == ContentSource::Kind::kVolume) {
    const auto it = volumes_.find(spec.source.id);
    if (it == volumes_.end()) return NoSuch(spec.source.id);
    return Origin{it->second.size_bytes, it->second.format};
  }
  ASSIGN_OR_RETURN(auto format, FormatFor(spec));
  return Origin{0, std::move(format)};
}

absl::StatusOr<Volume> FakeBackend::CreateVolume(const VolumeSpec& spec,
                                                 Operation& /*operation*/) {
  ASSIGN_OR_RETURN(const std::string id, VolumeId(spec));
  KeyedLock::Keys keys{.exclusive = {id}};
  if (!spec.source.id.empty() && spec.source.id != id) {
    keys.shared = {spec.source.id};
  }
  RETURN_IF_ERROR(Begin("CreateVolume", std::move(keys)));
  absl::MutexLock lock(&mutex_);
  if (volumes_.count(id) != 0) return absl::AlreadyExistsError(id);
  RETURN_IF_ERROR(CheckParameters(spec.parameters));
  ASSIGN_OR_RETURN(const Origin origin, OriginOf(spec));
  if (spec.access_type != origin.format.access_type ||
      (!spec.fs_type.empty() && spec.fs_type != origin.format.fs_type)) {
    return absl::InvalidArgumentError("the source is of another type");
  }
  ASSIGN_OR_RETURN(const int64_t size,
                   SizeFor(spec.capacity, origin.size_bytes));
  RETURN_IF_ERROR(CheckRoom(size));
  Volume volume{.id = id,
                .size_bytes = size,
                .format = origin.format,
                .spec = spec,
                .created_at = absl::Now(),
                .allocated_bytes = origin.size_bytes};
  volume.modified_at = volume.created_at;
  volume.spec.fs_type = origin.format.fs_type;
  volumes_[id] = volume;
  return volume;
}

bool FakeBackend::IsAttached(const std::string& id) const {
  return attached_.count({id, AttachMode::kReadWrite}) != 0 ||
         attached_.count({id, AttachMode::kReadOnly}) != 0;
}

absl::Status FakeBackend::DeleteVolume(const std::string& id,
                                       Operation& /*operation*/) {
  RETURN_IF_ERROR(Begin("DeleteVolume", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  if (volumes_.count(id) == 0) return NoSuch(id);
  if (IsAttached(id)) {
    return absl::FailedPreconditionError(
        absl::StrCat(id, " is attached as /dev/fake; detach it"));
  }
  auto deleted = volumes_.extract(id);
  const Volume& volume = deleted.mapped();
  PutInTrash({.id = id,
              .name = volume.spec.name,
              .claim_namespace = volume.spec.claim_namespace,
              .claim_name = volume.spec.claim_name,
              .size_bytes = volume.size_bytes},
             volume);
  return absl::OkStatus();
}

absl::StatusOr<Volume> FakeBackend::GetVolume(const std::string& id) {
  RETURN_IF_ERROR(Begin("GetVolume"));
  absl::MutexLock lock(&mutex_);
  const auto it = volumes_.find(id);
  if (it == volumes_.end()) return NoSuch(id);
  return it->second;
}

absl::StatusOr<Page<Volume>> FakeBackend::ListVolumes(const PageRequest& page) {
  RETURN_IF_ERROR(Begin("ListVolumes"));
  absl::MutexLock lock(&mutex_);
  return PageOf(volumes_, page, [](const Volume&) { return true; });
}

absl::StatusOr<int64_t> FakeBackend::ExpandVolume(const std::string& id,
                                                  const CapacityRange& capacity,
                                                  Operation& /*operation*/) {
  RETURN_IF_ERROR(Begin("ExpandVolume", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  const auto it = volumes_.find(id);
  if (it == volumes_.end()) return NoSuch(id);
  Volume& volume = it->second;
  ASSIGN_OR_RETURN(const int64_t size, SizeFor(capacity, volume.size_bytes));
  RETURN_IF_ERROR(CheckRoom(size - volume.size_bytes));
  volume.size_bytes = size;
  return size;
}

absl::Status FakeBackend::SetPublications(
    const std::string& id, const std::vector<Publication>& publications) {
  RETURN_IF_ERROR(Begin("SetPublications", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  const auto it = volumes_.find(id);
  if (it == volumes_.end()) return NoSuch(id);
  it->second.publications = publications;
  return absl::OkStatus();
}

absl::StatusOr<Snapshot> FakeBackend::CreateSnapshot(const SnapshotSpec& spec,
                                                     Operation& /*operation*/) {
  ASSIGN_OR_RETURN(const std::string id, SnapshotId(spec));
  RETURN_IF_ERROR(
      Begin("CreateSnapshot", {.exclusive = {id, spec.source_volume_id}}));
  absl::MutexLock lock(&mutex_);
  if (snapshots_.count(id) != 0) return absl::AlreadyExistsError(id);
  RETURN_IF_ERROR(CheckParameters(spec.parameters));
  const auto source = volumes_.find(spec.source_volume_id);
  if (source == volumes_.end()) return NoSuch(spec.source_volume_id);
  Snapshot snapshot{.id = id,
                    .name = spec.name,
                    .source_volume_id = spec.source_volume_id,
                    .size_bytes = source->second.size_bytes,
                    .format = source->second.format,
                    .created_at = absl::Now(),
                    .parameters = spec.parameters};
  snapshots_[id] = snapshot;
  return snapshot;
}

absl::Status FakeBackend::DeleteSnapshot(const std::string& id,
                                         Operation& /*operation*/) {
  RETURN_IF_ERROR(Begin("DeleteSnapshot", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  auto deleted = snapshots_.extract(id);
  if (deleted.empty()) return NoSuch(id);
  PutInTrash({.id = id, .name = deleted.mapped().name}, deleted.mapped());
  return absl::OkStatus();
}

absl::StatusOr<Snapshot> FakeBackend::GetSnapshot(const std::string& id) {
  RETURN_IF_ERROR(Begin("GetSnapshot"));
  absl::MutexLock lock(&mutex_);
  const auto it = snapshots_.find(id);
  if (it == snapshots_.end()) return NoSuch(id);
  return it->second;
}

absl::StatusOr<Page<Snapshot>> FakeBackend::ListSnapshots(
    const SnapshotFilter& filter, const PageRequest& page) {
  RETURN_IF_ERROR(Begin("ListSnapshots"));
  absl::MutexLock lock(&mutex_);
  return PageOf(snapshots_, page, [&](const Snapshot& each) {
    return (filter.snapshot_id.empty() || filter.snapshot_id == each.id) &&
           (filter.source_volume_id.empty() ||
            filter.source_volume_id == each.source_volume_id);
  });
}

absl::StatusOr<Capacity> FakeBackend::GetCapacity(const CapacityQuery& query) {
  RETURN_IF_ERROR(Begin("GetCapacity"));
  RETURN_IF_ERROR(CheckParameters(query.parameters));
  absl::MutexLock lock(&mutex_);
  return Capacity{.available_bytes = Free(),
                  .maximum_volume_bytes = Free(),
                  .minimum_volume_bytes = kLeastBytes};
}

}  // namespace holdfast::backend
