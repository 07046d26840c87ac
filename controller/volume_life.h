// CreateVolume and DeleteVolume.

#ifndef HOLDFAST_CONTROLLER_VOLUME_LIFE_H_
#define HOLDFAST_CONTROLLER_VOLUME_LIFE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/answers.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// Thread-safe.
class VolumeLife {
 public:
  explicit VolumeLife(const PoolAccess& pool) : pool_(pool) {}

  // The volume of that name, made now or by an earlier call. Errors of
  // Backend::CreateVolume; RESOURCE_EXHAUSTED if it may not be on this node,
  // ALREADY_EXISTS if it already is; ABORTED if the name or the source is
  // being worked on.
  absl::StatusOr<PlacedVolume> Create(const CreateVolumeArgs& args,
                                      Operation& operation);

  // A recorded publication alone does not keep a volume: Kubernetes does not
  // attach this class of driver, and the kernel knows better who uses it.
  absl::Status Delete(const std::string& id, Operation& operation);

 private:
  absl::Status CheckTopology(const CreateVolumeArgs& args) const;

  const PoolAccess pool_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_VOLUME_LIFE_H_
