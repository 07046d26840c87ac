// ControllerExpandVolume.

#ifndef HOLDFAST_CONTROLLER_EXPANSION_H_
#define HOLDFAST_CONTROLLER_EXPANSION_H_

#include "absl/status/statusor.h"
#include "controller/answers.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// Thread-safe.
class Expansion {
 public:
  explicit Expansion(const PoolAccess& pool) : pool_(pool) {}

  // Grows the volume, and its device and file system where it is mounted.
  // Never shrinks: a smaller request is OK if the size fits it. Errors of
  // Backend::ExpandVolume; INVALID_ARGUMENT for a capability that the volume
  // does not have.
  absl::StatusOr<ExpandedVolume> Expand(const ExpandArgs& args,
                                        Operation& operation);

 private:
  const PoolAccess pool_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_EXPANSION_H_
