// A client of the Admin service (proto/holdfast/v1/admin.proto).

#ifndef HOLDFAST_CLI_ADMIN_CLIENT_H_
#define HOLDFAST_CLI_ADMIN_CLIENT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/connection.h"
#include "cli/options.h"
#include "holdfast/v1/admin.grpc.pb.h"

namespace holdfast::cli {

// Lists follow the server's pages to the end and hand on each object when its
// page is there. Codes are those of admin.proto; see Connection too.
//
// Thread-safe.
class AdminClient {
 public:
  static absl::StatusOr<AdminClient> Connect(const Servers& servers);

  absl::StatusOr<v1::ListPoolsResponse> ListPools();
  absl::Status ListVolumes(absl::FunctionRef<void(const v1::Volume&)> each);
  absl::Status ListSnapshots(absl::FunctionRef<void(const v1::Snapshot&)> each);
  absl::Status ListTrash(
      absl::FunctionRef<void(const v1::TrashedObject&)> each);

  // The one volume with this id, name or claim ("namespace/name"). NOT_FOUND;
  // FAILED_PRECONDITION if several bear the name, with their ids.
  absl::StatusOr<v1::Volume> FindVolume(const std::string& word);
  // By id or name, likewise.
  absl::StatusOr<v1::Snapshot> FindSnapshot(const std::string& word);

  // The id of what came back.
  absl::StatusOr<std::string> Undelete(const std::string& key);
  absl::Status Purge(const std::string& key);
  // The caller has made sure that its data is lost.
  absl::Status ForgetPool(const std::string& pool);

 private:
  explicit AdminClient(Connection connection);

  Connection connection_;
  std::unique_ptr<v1::Admin::Stub> stub_;
};

// "namespace/name", or "" without a claim; for volumes and trash.
template <typename Object>
std::string ClaimOf(const Object& object) {
  if (object.claim_name().empty()) return "";
  return object.claim_namespace() + "/" + object.claim_name();
}

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_ADMIN_CLIENT_H_
