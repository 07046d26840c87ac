#include "backend/in_use.h"

#include "absl/strings/cord.h"

namespace holdfast::backend {
namespace {

constexpr char kPayload[] = "holdfast/held_by_own_device";

}  // namespace

absl::Status HeldByOwnDevice(absl::Status refused) {
  refused.SetPayload(kPayload, absl::Cord());
  return refused;
}

bool IsHeldByOwnDevice(const absl::Status& status) {
  return status.GetPayload(kPayload).has_value();
}

}  // namespace holdfast::backend
