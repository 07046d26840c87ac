// The daemons of this machine, asked over gRPC.

#ifndef HOLDFAST_CLI_DOCTOR_GRPC_ADMIN_VIEW_H_
#define HOLDFAST_CLI_DOCTOR_GRPC_ADMIN_VIEW_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "cli/doctor/admin_view.h"

namespace holdfast::cli::doctor {

// Not thread-safe.
class GrpcAdminView : public AdminView {
 public:
  // `endpoints` serve holdfast.v1.Admin; the first that answers is believed.
  // Every call has `timeout`, for each of them.
  GrpcAdminView(std::vector<std::string> endpoints, absl::Duration timeout)
      : endpoints_(std::move(endpoints)), timeout_(timeout) {}

  absl::StatusOr<std::vector<PoolFacts>> ListPools() override;
  absl::StatusOr<std::vector<std::string>> ListVolumes() override;
  absl::Status Probe(const std::string& endpoint) override;

 private:
  const std::vector<std::string> endpoints_;
  const absl::Duration timeout_;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_GRPC_ADMIN_VIEW_H_
