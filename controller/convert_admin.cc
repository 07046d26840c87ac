#include "controller/convert_admin.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/status.h"
#include "controller/list_token.h"

namespace holdfast::controller {
namespace {

using backend::Page;
using backend::PageRequest;

template <typename Request>
absl::StatusOr<PageRequest> PageOf(const Request& request) {
  if (request.max_entries() < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_entries is ", request.max_entries(),
                     "; send zero (as many as fit) or how many you want"));
  }
  PageRequest page{.after = request.starting_token(),
                   .max_entries = request.max_entries()};
  if (page.max_entries == 0) page.max_entries = kMostAdminEntries;
  page.max_entries = std::min(page.max_entries, kMostAdminEntries);
  return page;
}

void FillTime(absl::Time time, google::protobuf::Timestamp& out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

v1::AccessType TypeOf(const backend::Format& format) {
  return format.access_type == backend::AccessType::kBlock
             ? v1::ACCESS_TYPE_BLOCK
             : v1::ACCESS_TYPE_MOUNT;
}

// An object's pool, by its id, and node.
template <typename Message>
void FillPlace(const Places& places, const std::string& id, Message& out) {
  out.set_node_id(places.node_id);
  const auto parsed = ParseId(id);
  if (!parsed) return;
  const auto name = places.pool_names.find(parsed->home);
  if (name != places.pool_names.end()) out.set_pool(name->second);
}

void FillSource(const backend::ContentSource& source, v1::Volume& out) {
  using Kind = backend::ContentSource::Kind;
  if (source.kind == Kind::kSnapshot) {
    out.mutable_source()->set_snapshot_id(source.id);
  } else if (source.kind == Kind::kVolume) {
    out.mutable_source()->set_volume_id(source.id);
  }
}

void Fill(const PoolReport& report, v1::Pool& out) {
  const backend::PoolState& state = report.state;
  out.set_name(state.identity.name);
  out.set_home(state.identity.home);
  out.set_node_id(report.node_id);
  if (!report.status.ok()) {
    out.set_error(std::string(report.status.message()));
    return;
  }
  out.set_uuid(state.uuid);
  out.set_place(state.place);
  out.set_size_bytes(state.size_bytes);
  out.set_free_bytes(state.free_bytes);
  out.set_usable_bytes(state.usable_bytes);
  out.set_promised_bytes(state.promised_bytes);
  out.set_trash_bytes(state.trash_bytes);
  out.set_available_bytes(state.available_bytes);
}

void Fill(const ListedVolume& listed, v1::Volume& out) {
  const backend::Volume& volume = listed.volume;
  out.set_id(volume.id);
  out.set_name(volume.spec.name);
  out.set_size_bytes(volume.size_bytes);
  out.set_allocated_bytes(volume.allocated_bytes);
  out.set_access_type(TypeOf(volume.format));
  out.set_fs_type(volume.format.fs_type);
  out.set_logical_block_bytes(volume.format.logical_block_bytes);
  FillSource(volume.spec.source, out);
  out.mutable_parameters()->insert(volume.spec.parameters.begin(),
                                   volume.spec.parameters.end());
  out.set_claim_namespace(volume.spec.claim_namespace);
  out.set_claim_name(volume.spec.claim_name);
  out.set_persistent_volume_name(volume.spec.persistent_volume_name);
  FillTime(volume.created_at, *out.mutable_created_at());
  FillTime(volume.modified_at, *out.mutable_modified_at());
  for (const ListedVolume::Device& device : listed.devices) {
    v1::Attachment& attachment = *out.add_attachments();
    attachment.set_device(device.path);
    attachment.set_read_only(device.mode == backend::AttachMode::kReadOnly);
  }
}

void Fill(const backend::Snapshot& snapshot, v1::Snapshot& out) {
  out.set_id(snapshot.id);
  out.set_name(snapshot.name);
  out.set_source_volume_id(snapshot.source_volume_id);
  out.set_size_bytes(snapshot.size_bytes);
  out.set_access_type(TypeOf(snapshot.format));
  out.set_fs_type(snapshot.format.fs_type);
  FillTime(snapshot.created_at, *out.mutable_created_at());
}

void Fill(const backend::TrashedObject& object, v1::TrashedObject& out) {
  out.set_key(object.key);
  out.set_id(object.id);
  out.set_name(object.name);
  out.set_claim_namespace(object.claim_namespace);
  out.set_claim_name(object.claim_name);
  out.set_size_bytes(object.size_bytes);
  FillTime(object.deleted_at, *out.mutable_deleted_at());
  FillTime(object.purge_at, *out.mutable_purge_at());
}

}  // namespace

absl::StatusOr<PageRequest> ParsePage(const v1::ListVolumesRequest& request) {
  RETURN_IF_ERROR(CheckToken(request.starting_token(), IdKind::kVolume));
  return PageOf(request);
}

absl::StatusOr<PageRequest> ParsePage(const v1::ListSnapshotsRequest& request) {
  RETURN_IF_ERROR(CheckToken(request.starting_token(), IdKind::kSnapshot));
  return PageOf(request);
}

// A key begins with the id of an object of either kind.
absl::StatusOr<PageRequest> ParsePage(const v1::ListTrashRequest& request) {
  const std::string& token = request.starting_token();
  const size_t dot = token.find('.');
  if (!token.empty() && (dot == token.npos || !ParseId(token.substr(0, dot)))) {
    return absl::AbortedError(
        "starting_token is not one that this listing has given; list again "
        "from the beginning");
  }
  return PageOf(request);
}

absl::StatusOr<std::string> Required(const char* field,
                                     const std::string& value) {
  if (!value.empty()) return value;
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is missing from the request; set it"));
}

void Fill(const std::vector<PoolReport>& pools,
          v1::ListPoolsResponse& response) {
  for (const PoolReport& pool : pools) Fill(pool, *response.add_pools());
}

void Fill(const Placed<Page<ListedVolume>>& page,
          v1::ListVolumesResponse& response) {
  for (const ListedVolume& listed : page.content.entries) {
    v1::Volume& out = *response.add_volumes();
    Fill(listed, out);
    FillPlace(page.places, listed.volume.id, out);
  }
  if (page.content.more) {
    response.set_next_token(page.content.entries.back().volume.id);
  }
}

void Fill(const Placed<Page<backend::Snapshot>>& page,
          v1::ListSnapshotsResponse& response) {
  for (const backend::Snapshot& snapshot : page.content.entries) {
    v1::Snapshot& out = *response.add_snapshots();
    Fill(snapshot, out);
    FillPlace(page.places, snapshot.id, out);
  }
  if (page.content.more) {
    response.set_next_token(page.content.entries.back().id);
  }
}

void Fill(const Placed<Page<backend::TrashedObject>>& page,
          v1::ListTrashResponse& response) {
  for (const backend::TrashedObject& object : page.content.entries) {
    v1::TrashedObject& out = *response.add_objects();
    Fill(object, out);
    FillPlace(page.places, object.id, out);
  }
  if (page.content.more) {
    response.set_next_token(page.content.entries.back().key);
  }
}

}  // namespace holdfast::controller
