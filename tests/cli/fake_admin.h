// An Admin server over lists in memory.

#ifndef HOLDFAST_TESTS_CLI_FAKE_ADMIN_H_
#define HOLDFAST_TESTS_CLI_FAKE_ADMIN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "holdfast/v1/admin.grpc.pb.h"

namespace holdfast::cli {

// Lists in pages of two, whatever is asked for. Undelete and Purge know what is
// in the trash; ForgetPool knows the homes of pools. Thread-safe; the lists are
// for before the server starts.
class FakeAdmin final : public v1::Admin::Service {
 public:
  std::vector<v1::Pool> pools;
  std::vector<v1::Volume> volumes;
  std::vector<v1::Snapshot> snapshots;
  std::vector<v1::TrashedObject> trash;

  // "Method key" for each call that changes something.
  std::vector<std::string> changes() const;
  // From now on lists fail with UNAVAILABLE after the first page.
  void BreakLists();

  grpc::Status ListPools(grpc::ServerContext* context,
                         const v1::ListPoolsRequest* request,
                         v1::ListPoolsResponse* response) override;
  grpc::Status ListVolumes(grpc::ServerContext* context,
                           const v1::ListVolumesRequest* request,
                           v1::ListVolumesResponse* response) override;
  grpc::Status ListSnapshots(grpc::ServerContext* context,
                             const v1::ListSnapshotsRequest* request,
                             v1::ListSnapshotsResponse* response) override;
  grpc::Status ListTrash(grpc::ServerContext* context,
                         const v1::ListTrashRequest* request,
                         v1::ListTrashResponse* response) override;
  grpc::Status Undelete(grpc::ServerContext* context,
                        const v1::UndeleteRequest* request,
                        v1::UndeleteResponse* response) override;
  grpc::Status Purge(grpc::ServerContext* context,
                     const v1::PurgeRequest* request,
                     v1::PurgeResponse* response) override;
  grpc::Status ForgetPool(grpc::ServerContext* context,
                          const v1::ForgetPoolRequest* request,
                          v1::ForgetPoolResponse* response) override;

 private:
  // Where the page that `token` asks for begins.
  grpc::Status FindPage(const std::string& token, size_t& begin) const;
  // Takes `key` out of the trash.
  bool Take(const std::string& key);

  mutable absl::Mutex mutex_;
  std::vector<std::string> changes_;
  bool broken_ = false;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_TESTS_CLI_FAKE_ADMIN_H_
