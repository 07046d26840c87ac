#include "backend/late_backend.h"

namespace holdfast::backend {

absl::StatusOr<Backend*> LateBackend::Route(const std::string& /*id*/) const {
  Backend* const backend = backend_.load();
  if (backend == nullptr) return absl::UnavailableError(reason_);
  return backend;
}

}  // namespace holdfast::backend
