#include "node/healing_backend.h"

#include "backend/in_use.h"
#include "base/status.h"

namespace holdfast::node {

absl::Status HealingBackend::DeleteVolume(const std::string& id,
                                          Operation& operation) {
  const absl::Status refused = backend_.DeleteVolume(id, operation);
  if (!backend::IsHeldByOwnDevice(refused)) return refused;
  ASSIGN_OR_RETURN(const auto volume, backend_.GetVolume(id));
  operation.Step("end a forgotten stage");
  ASSIGN_OR_RETURN(const bool ended, forgotten_.End(volume, operation));
  return ended ? backend_.DeleteVolume(id, operation) : refused;
}

absl::StatusOr<backend::Backend*> HealingBackend::Route(
    const std::string& /*id*/) const {
  return &backend_;
}

}  // namespace holdfast::node
