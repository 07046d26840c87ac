#include "backend/pool/trashed_objects.h"

#include <glog/logging.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/sizes.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {

using backend::Page;
using backend::PageRequest;
using backend::TrashedObject;

namespace {

absl::Status NoKey(const std::string& key) {
  return absl::NotFoundError(absl::StrCat(
      Quote(key),
      " is no key of this pool's trash. List the trash to see what is there"));
}

}  // namespace

std::optional<TrashedObjects::Key> TrashedObjects::Parse(
    const std::string& key) const {
  const auto deleted_at = DeletionTime(key);
  if (!deleted_at) return std::nullopt;
  Key parsed{.id = key.substr(0, key.rfind('.')), .deleted_at = *deleted_at};
  parsed.is_volume = parts_.ids.IsVolume(parsed.id);
  if (!parsed.is_volume && !parts_.ids.IsSnapshot(parsed.id)) {
    return std::nullopt;
  }
  return parsed;
}

absl::StatusOr<Page<TrashedObject>> TrashedObjects::List(
    const PageRequest& page) const {
  Page<TrashedObject> answer;
  for (const TrashItem& item : parts_.trash.After(page.after)) {
    const auto key = Parse(item.key);
    if (!key) continue;
    auto object = Describe(item, *key);
    if (absl::IsNotFound(object.status())) continue;  // meanwhile
    RETURN_IF_ERROR(object.status());
    if (page.max_entries > 0 &&
        answer.entries.size() == static_cast<size_t>(page.max_entries)) {
      answer.more = true;
      break;
    }
    answer.entries.push_back(*std::move(object));
  }
  return answer;
}

absl::StatusOr<TrashedObject> TrashedObjects::Describe(const TrashItem& item,
                                                       const Key& key) const {
  const std::string path = parts_.layout.Trashed(item.key);
  TrashedObject object{.key = item.key,
                       .id = key.id,
                       .deleted_at = key.deleted_at,
                       .purge_at = parts_.trash.PurgeTime(key.deleted_at)};
  const auto info = parts_.files.Stat(path);
  if (IsErrno(info.status(), ENOENT)) return NoKey(item.key);
  if (info.ok()) object.size_bytes = info->size_bytes;
  if (key.is_volume) {
    const auto volume = parts_.catalog.ReadVolume(path, key.id);
    if (!volume.ok()) return object;
    object.name = volume->spec.name;
    object.claim_namespace = volume->spec.claim_namespace;
    object.claim_name = volume->spec.claim_name;
  } else {
    const auto stored = parts_.catalog.ReadSnapshot(path, key.id);
    if (stored.ok()) object.name = stored->snapshot.name;
  }
  return object;
}

Trash::Move TrashedObjects::Home(const std::string& name,
                                 const Key& key) const {
  // As counted when the pool is opened (CountPromises).
  if (key.is_volume) {
    return {.id = key.id,
            .directory = parts_.layout.Volumes(),
            .promised = [](const os::FileInfo& file) {
              return PromiseFor(file.size_bytes);
            }};
  }
  const auto stored =
      parts_.catalog.ReadSnapshot(parts_.layout.Trashed(name), key.id);
  return {.id = key.id,
          .directory = parts_.layout.Snapshots(),
          .promised = [stored](const os::FileInfo& file) {
            return stored.ok() ? stored->allocated_bytes : file.allocated_bytes;
          }};
}

absl::StatusOr<std::string> TrashedObjects::Undelete(const std::string& key,
                                                     Operation& operation) {
  const auto parsed = Parse(key);
  if (!parsed) return NoKey(key);
  RETURN_IF_ERROR(operation.CheckActive());
  operation.Step("move out of trash");
  const absl::Status restored =
      parts_.trash.Restore(key, Home(key, *parsed), operation);
  if (absl::IsNotFound(restored) && IsBack(*parsed)) return parsed->id;
  RETURN_IF_ERROR(restored);
  LOG(INFO) << LogLine("undeleted").Add("id", parsed->id).Add("key", key);
  return parsed->id;
}

// A later object of the same name was made later.
bool TrashedObjects::IsBack(const Key& key) const {
  if (key.is_volume) {
    const auto volume = parts_.catalog.GetVolume(key.id);
    return volume.ok() && volume->created_at <= key.deleted_at;
  }
  const auto stored = parts_.catalog.GetSnapshot(key.id);
  return stored.ok() && stored->snapshot.created_at <= key.deleted_at;
}

absl::Status TrashedObjects::Purge(const std::string& key,
                                   Operation& operation) {
  if (!Parse(key)) return NoKey(key);
  RETURN_IF_ERROR(operation.CheckActive());
  operation.Step("unlink");
  RETURN_IF_ERROR(parts_.trash.Purge(key, operation));
  LOG(INFO) << LogLine("purged").Add("key", key);
  return absl::OkStatus();
}

}  // namespace holdfast::pool
