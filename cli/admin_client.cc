#include "cli/admin_client.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace holdfast::cli {
namespace {

using v1::Admin;

// What fits any limit on the size of an answer, and is on the screen soon.
constexpr int kPageEntries = 500;

// Calls `ask` for page after page and `take` with each.
template <typename Request, typename Response>
absl::Status EachPage(
    absl::FunctionRef<absl::StatusOr<Response>(const Request&)> ask,
    absl::FunctionRef<void(const Response&)> take) {
  Request request;
  request.set_max_entries(kPageEntries);
  do {
    ASSIGN_OR_RETURN(const Response page, ask(request));
    take(page);
    request.set_starting_token(page.next_token());
  } while (!request.starting_token().empty());
  return absl::OkStatus();
}

// The one of `found` that `word` means.
template <typename Object>
absl::StatusOr<Object> TheOne(const std::vector<Object>& found,
                              const char* kind, const std::string& word) {
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    return absl::NotFoundError(absl::StrCat("there is no ", kind, " \"", word,
                                            "\"; see: holdfast ", kind, "s"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "\"", word, "\" is the name of several; give the id: ",
      absl::StrJoin(found, ", ", [](std::string* out, const Object& object) {
        absl::StrAppend(out, object.id());
      })));
}

}  // namespace

AdminClient::AdminClient(Connection connection)
    : connection_(std::move(connection)),
      stub_(Admin::NewStub(connection_.channel())) {}

absl::StatusOr<AdminClient> AdminClient::Connect(const Servers& servers) {
  ASSIGN_OR_RETURN(
      Connection connection,
      Connection::Open(servers.endpoint, {.timeout = servers.timeout}));
  return AdminClient(std::move(connection));
}

absl::StatusOr<v1::ListPoolsResponse> AdminClient::ListPools() {
  return connection_.Call<v1::ListPoolsResponse>(
      *stub_, &Admin::Stub::ListPools, v1::ListPoolsRequest());
}

absl::Status AdminClient::ListVolumes(
    absl::FunctionRef<void(const v1::Volume&)> each) {
  return EachPage<v1::ListVolumesRequest, v1::ListVolumesResponse>(
      [&](const v1::ListVolumesRequest& request) {
        return connection_.Call<v1::ListVolumesResponse>(
            *stub_, &Admin::Stub::ListVolumes, request);
      },
      [&](const v1::ListVolumesResponse& page) {
        for (const v1::Volume& volume : page.volumes()) each(volume);
      });
}

absl::Status AdminClient::ListSnapshots(
    absl::FunctionRef<void(const v1::Snapshot&)> each) {
  return EachPage<v1::ListSnapshotsRequest, v1::ListSnapshotsResponse>(
      [&](const v1::ListSnapshotsRequest& request) {
        return connection_.Call<v1::ListSnapshotsResponse>(
            *stub_, &Admin::Stub::ListSnapshots, request);
      },
      [&](const v1::ListSnapshotsResponse& page) {
        for (const v1::Snapshot& snapshot : page.snapshots()) each(snapshot);
      });
}

absl::Status AdminClient::ListTrash(
    absl::FunctionRef<void(const v1::TrashedObject&)> each) {
  return EachPage<v1::ListTrashRequest, v1::ListTrashResponse>(
      [&](const v1::ListTrashRequest& request) {
        return connection_.Call<v1::ListTrashResponse>(
            *stub_, &Admin::Stub::ListTrash, request);
      },
      [&](const v1::ListTrashResponse& page) {
        for (const v1::TrashedObject& object : page.objects()) each(object);
      });
}

absl::StatusOr<v1::Volume> AdminClient::FindVolume(const std::string& word) {
  std::vector<v1::Volume> found;
  RETURN_IF_ERROR(ListVolumes([&](const v1::Volume& volume) {
    if (volume.id() == word || volume.name() == word ||
        ClaimOf(volume) == word) {
      found.push_back(volume);
    }
  }));
  return TheOne(found, "volume", word);
}

absl::StatusOr<v1::Snapshot> AdminClient::FindSnapshot(
    const std::string& word) {
  std::vector<v1::Snapshot> found;
  RETURN_IF_ERROR(ListSnapshots([&](const v1::Snapshot& snapshot) {
    if (snapshot.id() == word || snapshot.name() == word) {
      found.push_back(snapshot);
    }
  }));
  return TheOne(found, "snapshot", word);
}

absl::StatusOr<std::string> AdminClient::Undelete(const std::string& key) {
  v1::UndeleteRequest request;
  request.set_key(key);
  ASSIGN_OR_RETURN(const auto response,
                   connection_.Call<v1::UndeleteResponse>(
                       *stub_, &Admin::Stub::Undelete, request));
  return response.id();
}

absl::Status AdminClient::Purge(const std::string& key) {
  v1::PurgeRequest request;
  request.set_key(key);
  return connection_
      .Call<v1::PurgeResponse>(*stub_, &Admin::Stub::Purge, request)
      .status();
}

absl::Status AdminClient::ForgetPool(const std::string& pool) {
  v1::ForgetPoolRequest request;
  request.set_pool(pool);
  request.set_data_is_lost(true);
  return connection_
      .Call<v1::ForgetPoolResponse>(*stub_, &Admin::Stub::ForgetPool, request)
      .status();
}

}  // namespace holdfast::cli
