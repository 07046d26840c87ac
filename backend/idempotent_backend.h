// The rules of CSI on repeated calls, once for every backend.

#ifndef HOLDFAST_BACKEND_IDEMPOTENT_BACKEND_H_
#define HOLDFAST_BACKEND_IDEMPOTENT_BACKEND_H_

#include "backend/forwarding_backend.h"

namespace holdfast::backend {

// Wraps a backend (which must outlive it). Create of an object that exists
// answers the object if the request is compatible, else ALREADY_EXISTS saying
// what differs; delete of what is gone is OK; everything else passes.
//
// Compatible volumes: the capacity range as first asked or one that the size
// satisfies, the same access type, file system type, source and parameters.
// Compatible snapshots: the same source volume and parameters.
// Where a volume may be (topology) is judged by the services, since
// requirements change between retries. Thread-safe like what it wraps.
class IdempotentBackend final : public ForwardingBackend {
 public:
  explicit IdempotentBackend(Backend& backend) : backend_(backend) {}

  absl::StatusOr<Volume> CreateVolume(const VolumeSpec& spec,
                                      Operation& operation) override;
  absl::Status DeleteVolume(const std::string& id,
                            Operation& operation) override;
  absl::StatusOr<Snapshot> CreateSnapshot(const SnapshotSpec& spec,
                                          Operation& operation) override;
  absl::Status DeleteSnapshot(const std::string& id,
                              Operation& operation) override;

 private:
  absl::StatusOr<Backend*> Route(const std::string& /*id*/) const override {
    return &backend_;
  }

  Backend& backend_;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_IDEMPOTENT_BACKEND_H_
