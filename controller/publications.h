// ControllerPublishVolume and ControllerUnpublishVolume.

#ifndef HOLDFAST_CONTROLLER_PUBLICATIONS_H_
#define HOLDFAST_CONTROLLER_PUBLICATIONS_H_

#include "absl/status/status.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// A volume lives where it is used, so publishing connects nothing: it is
// recorded with the volume, to be compared and listed. The node service finds
// a read-only publication there. Every OK is durable, also the one to a
// repetition: the record is written again. Thread-safe.
class Publications {
 public:
  explicit Publications(const PoolAccess& pool) : pool_(pool) {}

  // OK if the volume is (now or already) published to the node in this way.
  // NOT_FOUND for the volume, then for any node but this one; ALREADY_EXISTS
  // if it is published there in another way; INVALID_ARGUMENT if the volume
  // cannot be used like that.
  absl::Status Publish(const PublishArgs& args, Operation& operation);

  // OK if the volume is not published to the node, or (without a node) to
  // any; also if there is no such volume or node.
  absl::Status Unpublish(const UnpublishArgs& args, Operation& operation);

 private:
  const PoolAccess pool_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_PUBLICATIONS_H_
