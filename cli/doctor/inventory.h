// Which volumes the pools know.

#ifndef HOLDFAST_CLI_DOCTOR_INVENTORY_H_
#define HOLDFAST_CLI_DOCTOR_INVENTORY_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/doctor/admin_view.h"

namespace holdfast::cli::doctor {

enum class Knowledge {
  kKnown,    // its pool lists it
  kUnknown,  // its pool answers, and does not list it
  kUnclear,  // its pool does not answer, or is not known here
};

// The volumes as of one moment.
class VolumeList {
 public:
  VolumeList(std::set<std::string> homes, std::set<std::string> ids)
      : homes_(std::move(homes)), ids_(std::move(ids)) {}

  Knowledge Of(absl::string_view id) const;

 private:
  std::set<std::string> homes_;  // of the pools that answered
  std::set<std::string> ids_;
};

// Asks for the pools once, so that daemons which do not answer cost one
// time-out and not one for each check. Not thread-safe.
class Inventory {
 public:
  explicit Inventory(AdminView& admin) : admin_(admin) {}

  const absl::StatusOr<std::vector<PoolFacts>>& Pools();
  // Asked anew at each call: to be read after what is held against it, or a
  // volume just made would seem unknown. If the pools do not answer, all is
  // unclear.
  VolumeList Volumes();

 private:
  AdminView& admin_;
  std::optional<absl::StatusOr<std::vector<PoolFacts>>> pools_;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_INVENTORY_H_
