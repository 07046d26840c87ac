// FakeBackend: attaching, and the trash.

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/fakes/fake_backend.h"
#include "tests/fakes/fake_objects.h"

namespace holdfast::backend {

absl::StatusOr<Attachment> FakeBackend::Attach(const std::string& id,
                                               AttachMode mode,
                                               Operation& /*operation*/) {
  RETURN_IF_ERROR(Begin("Attach", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  const auto it = volumes_.find(id);
  if (it == volumes_.end()) return NoSuch(id);
  attached_.emplace(id, mode);
  return Attachment{.device_path = "/dev/fake",
                    .size_bytes = it->second.size_bytes};
}

absl::Status FakeBackend::Detach(const std::string& id, AttachMode mode,
                                 Operation& /*operation*/) {
  RETURN_IF_ERROR(Begin("Detach", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  attached_.erase({id, mode});
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Attachment>> FakeBackend::FindAttachment(
    const std::string& id, AttachMode mode) {
  RETURN_IF_ERROR(Begin("FindAttachment"));
  absl::MutexLock lock(&mutex_);
  const auto it = volumes_.find(id);
  if (it == volumes_.end()) return NoSuch(id);
  if (attached_.count({id, mode}) == 0) return std::nullopt;
  return Attachment{.device_path = "/dev/fake",
                    .size_bytes = it->second.size_bytes};
}

// Nothing is ever mounted here.
absl::StatusOr<bool> FakeBackend::IsClaimed(const std::string& id,
                                            AttachMode /*mode*/) {
  RETURN_IF_ERROR(Begin("IsClaimed"));
  absl::MutexLock lock(&mutex_);
  if (volumes_.count(id) == 0) return NoSuch(id);
  return false;
}

absl::StatusOr<std::vector<AttachedVolume>> FakeBackend::ListAttached() {
  RETURN_IF_ERROR(Begin("ListAttached"));
  absl::MutexLock lock(&mutex_);
  std::vector<AttachedVolume> attached;
  for (const auto& [id, mode] : attached_) {
    const auto it = volumes_.find(id);
    if (it == volumes_.end()) continue;
    attached.push_back({.volume = it->second,
                        .mode = mode,
                        .attachment = {.device_path = "/dev/fake",
                                       .size_bytes = it->second.size_bytes}});
  }
  return attached;
}

void FakeBackend::PutInTrash(TrashedObject object,
                             std::variant<Volume, Snapshot> content) {
  object.deleted_at = absl::Now();
  object.purge_at = object.deleted_at + absl::Hours(24);
  object.key =
      absl::StrCat(object.id, ".", absl::ToUnixNanos(object.deleted_at));
  const std::string key = object.key;
  trash_[key] = {std::move(object), std::move(content)};
}

absl::StatusOr<Page<TrashedObject>> FakeBackend::ListTrash(
    const PageRequest& page) {
  RETURN_IF_ERROR(Begin("ListTrash"));
  absl::MutexLock lock(&mutex_);
  std::map<std::string, TrashedObject> objects;
  for (const auto& [key, each] : trash_) objects[key] = each.object;
  return PageOf(objects, page, [](const TrashedObject&) { return true; });
}

absl::StatusOr<std::string> FakeBackend::Undelete(const std::string& key,
                                                  Operation& /*operation*/) {
  const std::string id = key.substr(0, key.find('.'));
  RETURN_IF_ERROR(Begin("Undelete", {.exclusive = {id}}));
  absl::MutexLock lock(&mutex_);
  if (volumes_.count(id) + snapshots_.count(id) != 0) {
    return absl::AlreadyExistsError(id);
  }
  auto found = trash_.extract(key);
  if (found.empty()) return NoSuch(key);
  auto& content = found.mapped().content;
  if (auto* volume = std::get_if<Volume>(&content)) {
    volumes_[id] = std::move(*volume);
  } else {
    snapshots_[id] = std::get<Snapshot>(std::move(content));
  }
  return id;
}

absl::Status FakeBackend::Purge(const std::string& key,
                                Operation& /*operation*/) {
  RETURN_IF_ERROR(Begin("Purge"));
  absl::MutexLock lock(&mutex_);
  return trash_.erase(key) == 0 ? NoSuch(key) : absl::OkStatus();
}

}  // namespace holdfast::backend
