// An agent's Admin service over what a test says is there.

#ifndef HOLDFAST_TESTS_CONTROLLER_ROUTER_FAKE_ADMIN_H_
#define HOLDFAST_TESTS_CONTROLLER_ROUTER_FAKE_ADMIN_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/ids.h"
#include "holdfast/v1/admin.grpc.pb.h"

namespace holdfast::controller {

// Pages of at most two entries, in order of ids. Thread-safe.
class FakeAdmin final : public v1::Admin::Service {
 public:
  explicit FakeAdmin(std::vector<std::string> homes)
      : homes_(std::move(homes)) {}

  // A volume called `name` in the first pool, and its id.
  std::string AddVolume(const std::string& name, int created, int modified,
                        const std::string& tier = "") {
    const std::string id = MakeId('p', homes_.front(), IdKind::kVolume, name);
    absl::MutexLock lock(&mutex_);
    v1::Volume& volume = volumes_[id];
    volume.set_id(id);
    volume.mutable_created_at()->set_seconds(created);
    volume.mutable_modified_at()->set_seconds(modified);
    if (!tier.empty()) (*volume.mutable_parameters())["tier"] = tier;
    return id;
  }
  bool Has(const std::string& id) const {
    absl::MutexLock lock(&mutex_);
    return volumes_.count(id) > 0;
  }
  std::set<std::string> undeleted() const {
    absl::MutexLock lock(&mutex_);
    return undeleted_;
  }

  grpc::Status ListPools(grpc::ServerContext*, const v1::ListPoolsRequest*,
                         v1::ListPoolsResponse* response) override {
    for (const auto& home : homes_) response->add_pools()->set_home(home);
    return grpc::Status::OK;
  }
  grpc::Status ListVolumes(grpc::ServerContext*,
                           const v1::ListVolumesRequest* request,
                           v1::ListVolumesResponse* response) override {
    absl::MutexLock lock(&mutex_);
    auto it = volumes_.upper_bound(request->starting_token());
    for (; it != volumes_.end() && response->volumes_size() < 2; ++it) {
      *response->add_volumes() = it->second;
    }
    if (it != volumes_.end()) {
      response->set_next_token(response->volumes().rbegin()->id());
    }
    return grpc::Status::OK;
  }
  grpc::Status Undelete(grpc::ServerContext*,
                        const v1::UndeleteRequest* request,
                        v1::UndeleteResponse* response) override {
    absl::MutexLock lock(&mutex_);
    undeleted_.insert(request->key());
    response->set_id("restored");
    return grpc::Status::OK;
  }
  grpc::Status DeletePristineVolume(
      grpc::ServerContext*, const v1::DeletePristineVolumeRequest* request,
      v1::DeletePristineVolumeResponse*) override {
    absl::MutexLock lock(&mutex_);
    volumes_.erase(request->volume_id());
    return grpc::Status::OK;
  }

 private:
  const std::vector<std::string> homes_;
  mutable absl::Mutex mutex_;
  std::map<std::string, v1::Volume> volumes_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> undeleted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_TESTS_CONTROLLER_ROUTER_FAKE_ADMIN_H_
