// A backend whose deletes heal a stage that was forgotten on this machine.

#ifndef HOLDFAST_NODE_HEALING_BACKEND_H_
#define HOLDFAST_NODE_HEALING_BACKEND_H_

#include <string>

#include "backend/forwarding_backend.h"
#include "node/forgotten_stage.h"
#include "node/parts.h"
#include "node/staging_paths.h"

namespace holdfast::node {

// Passes every verb to the backend of `parts`. A volume that cannot be deleted
// because it is in use, and is used by nothing but a stage of ours, is unstaged
// and deleted; any other holder is named (FAILED_PRECONDITION). Thread-safe.
class HealingBackend final : public backend::ForwardingBackend {
 public:
  // All must outlive this object.
  HealingBackend(const Parts& parts, StagingPaths& staging_paths)
      : backend_(parts.backend), forgotten_(parts, staging_paths) {}

  absl::Status DeleteVolume(const std::string& id,
                            Operation& operation) override;

 private:
  absl::StatusOr<backend::Backend*> Route(const std::string& id) const override;

  backend::Backend& backend_;
  ForgottenStage forgotten_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_HEALING_BACKEND_H_
