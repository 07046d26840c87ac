#include "tests/cli/fake_admin.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace holdfast::cli {
namespace {

using grpc::ServerContext;
using grpc::Status;

constexpr size_t kPage = 2;

// Adds the page that begins at `begin`; the token of the next one is the number
// of its first element.
template <typename Objects, typename Fields, typename Response>
void FillPage(const Objects& objects, size_t begin, Fields* fields,
              Response* response) {
  const size_t end = std::min(begin + kPage, objects.size());
  for (size_t i = begin; i < end; ++i) *fields->Add() = objects[i];
  if (end < objects.size()) response->set_next_token(absl::StrCat(end));
}

}  // namespace

std::vector<std::string> FakeAdmin::changes() const {
  const absl::MutexLock lock(&mutex_);
  return changes_;
}

void FakeAdmin::BreakLists() {
  const absl::MutexLock lock(&mutex_);
  broken_ = true;
}

Status FakeAdmin::FindPage(const std::string& token, size_t& begin) const {
  begin = token.empty() ? 0 : std::stoul(token);
  if (!broken_ || begin == 0) return Status::OK;
  return {grpc::StatusCode::UNAVAILABLE, "the agent of n2 does not answer"};
}

bool FakeAdmin::Take(const std::string& key) {
  return std::erase_if(trash, [&](const v1::TrashedObject& object) {
           return object.key() == key;
         }) > 0;
}

Status FakeAdmin::ListPools(ServerContext*, const v1::ListPoolsRequest*,
                            v1::ListPoolsResponse* response) {
  const absl::MutexLock lock(&mutex_);
  for (const v1::Pool& pool : pools) *response->add_pools() = pool;
  return Status::OK;
}

Status FakeAdmin::ListVolumes(ServerContext*,
                              const v1::ListVolumesRequest* request,
                              v1::ListVolumesResponse* response) {
  const absl::MutexLock lock(&mutex_);
  size_t begin = 0;
  const Status status = FindPage(request->starting_token(), begin);
  if (!status.ok()) return status;
  FillPage(volumes, begin, response->mutable_volumes(), response);
  return Status::OK;
}

Status FakeAdmin::ListSnapshots(ServerContext*,
                                const v1::ListSnapshotsRequest* request,
                                v1::ListSnapshotsResponse* response) {
  const absl::MutexLock lock(&mutex_);
  size_t begin = 0;
  const Status status = FindPage(request->starting_token(), begin);
  if (!status.ok()) return status;
  FillPage(snapshots, begin, response->mutable_snapshots(), response);
  return Status::OK;
}

Status FakeAdmin::ListTrash(ServerContext*, const v1::ListTrashRequest* request,
                            v1::ListTrashResponse* response) {
  const absl::MutexLock lock(&mutex_);
  size_t begin = 0;
  const Status status = FindPage(request->starting_token(), begin);
  if (!status.ok()) return status;
  FillPage(trash, begin, response->mutable_objects(), response);
  return Status::OK;
}

Status FakeAdmin::Undelete(ServerContext*, const v1::UndeleteRequest* request,
                           v1::UndeleteResponse* response) {
  const absl::MutexLock lock(&mutex_);
  if (!Take(request->key())) {
    return {grpc::StatusCode::NOT_FOUND, "nothing of that key is in the trash"};
  }
  changes_.push_back("Undelete " + request->key());
  response->set_id("id-of-" + request->key());
  return Status::OK;
}

Status FakeAdmin::Purge(ServerContext*, const v1::PurgeRequest* request,
                        v1::PurgeResponse*) {
  const absl::MutexLock lock(&mutex_);
  if (!Take(request->key())) {
    return {grpc::StatusCode::NOT_FOUND, "nothing of that key is in the trash"};
  }
  changes_.push_back("Purge " + request->key());
  return Status::OK;
}

Status FakeAdmin::ForgetPool(ServerContext*,
                             const v1::ForgetPoolRequest* request,
                             v1::ForgetPoolResponse*) {
  const absl::MutexLock lock(&mutex_);
  if (!request->data_is_lost()) {
    return {grpc::StatusCode::INVALID_ARGUMENT, "data_is_lost is not set"};
  }
  changes_.push_back("ForgetPool " + request->pool());
  return Status::OK;
}

}  // namespace holdfast::cli
