// What the daemons say about themselves, as far as the doctor asks.

#ifndef HOLDFAST_CLI_DOCTOR_ADMIN_VIEW_H_
#define HOLDFAST_CLI_DOCTOR_ADMIN_VIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace holdfast::cli::doctor {

// proto/holdfast/v1/admin.proto, Pool.
struct PoolFacts {
  std::string name;
  std::string home;
  std::string place;
  int64_t size_bytes = 0;
  int64_t free_bytes = 0;
  int64_t usable_bytes = 0;
  int64_t promised_bytes = 0;
  int64_t trash_bytes = 0;
  std::string error;
  bool forgotten = false;
};

// Answers carry the code and message of the wire. Every call ends within
// seconds, whatever its server does.
class AdminView {
 public:
  virtual ~AdminView() = default;

  virtual absl::StatusOr<std::vector<PoolFacts>> ListPools() = 0;
  // The ids of all volumes; complete, or an error.
  virtual absl::StatusOr<std::vector<std::string>> ListVolumes() = 0;
  // CSI Probe of the server there ("unix:///run/x.sock"): OK if it is ready,
  // UNAVAILABLE if it says that it is not, DEADLINE_EXCEEDED if it does not
  // answer.
  virtual absl::Status Probe(const std::string& endpoint) = 0;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_ADMIN_VIEW_H_
