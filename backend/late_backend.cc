#include "backend/late_backend.h"

namespace holdfast::backend {

absl::StatusOr<Backend*> LateBackend::Route(const std::string& /*id*/) const {
  Backend* const backend = backend_.load();
  if (backend != nullptr) return backend;
  absl::MutexLock lock(&mutex_);
  return absl::UnavailableError(reason_);
}

void LateBackend::SetReason(std::string reason) {
  absl::MutexLock lock(&mutex_);
  reason_ = std::move(reason);
}

}  // namespace holdfast::backend
