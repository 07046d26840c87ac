// A backend that is announced before it is there.

#ifndef HOLDFAST_BACKEND_LATE_BACKEND_H_
#define HOLDFAST_BACKEND_LATE_BACKEND_H_

#include <atomic>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "backend/forwarding_backend.h"

namespace holdfast::backend {

// Until Set is called every verb is UNAVAILABLE, with `reason` as its message,
// and there are no pools; then all goes to the backend that was set. gRPC takes
// no services once it listens, so this is how a process can answer while its
// storage is still another's. Thread-safe.
class LateBackend final : public ForwardingBackend {
 public:
  explicit LateBackend(std::string reason) : reason_(std::move(reason)) {}

  // At most once. `backend` must outlive all calls.
  void Set(Backend& backend) { backend_.store(&backend); }

  // Why it is not there, from now on.
  void SetReason(std::string reason);

  // OK once the backend is there, UNAVAILABLE before. Does not wait.
  absl::Status CheckReady() const { return Route("").status(); }

 private:
  absl::StatusOr<Backend*> Route(const std::string& id) const override;

  mutable absl::Mutex mutex_;
  std::string reason_ ABSL_GUARDED_BY(mutex_);
  std::atomic<Backend*> backend_ = nullptr;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_LATE_BACKEND_H_
