// The daemons of this machine, asked over their sockets.

#ifndef HOLDFAST_CLI_DOCTOR_GRPC_ADMIN_VIEW_H_
#define HOLDFAST_CLI_DOCTOR_GRPC_ADMIN_VIEW_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/doctor/admin_view.h"

namespace holdfast::cli::doctor {

// Not thread-safe.
class GrpcAdminView : public AdminView {
 public:
  // `sockets` serve holdfast.v1.Admin; the first that answers is believed.
  // Every call has `timeout`, for each of them.
  GrpcAdminView(std::vector<std::string> sockets, absl::Duration timeout)
      : sockets_(std::move(sockets)), timeout_(timeout) {}

  absl::StatusOr<std::vector<PoolFacts>> ListPools() override;
  absl::StatusOr<std::vector<std::string>> ListVolumes() override;
  absl::Status Probe(const std::string& socket) override;

 private:
  const std::vector<std::string> sockets_;
  const absl::Duration timeout_;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_GRPC_ADMIN_VIEW_H_
