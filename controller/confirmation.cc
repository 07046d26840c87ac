#include "controller/confirmation.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "controller/access.h"

namespace holdfast::controller {
namespace {

absl::Status CheckParameters(const backend::Volume& volume,
                             const ConfirmArgs& args) {
  for (const auto& [key, value] : args.parameters) {
    const auto it = volume.spec.parameters.find(key);
    if (it == volume.spec.parameters.end() || it->second != value) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the volume was not made with parameter ", key, " of this value"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckContext(const ConfirmArgs& args) {
  if (args.volume_context.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "volume_context has the key ", args.volume_context.begin()->first,
      ", but volumes of this driver have none"));
}

absl::Status CheckAll(const backend::Volume& volume, const ConfirmArgs& args) {
  for (const auto& capability : args.capabilities) {
    RETURN_IF_ERROR(CheckOffered(capability));
    RETURN_IF_ERROR(CheckFormat(volume.format, capability));
  }
  RETURN_IF_ERROR(CheckParameters(volume, args));
  return CheckContext(args);
}

}  // namespace

absl::StatusOr<Confirmation> Confirm(const ConfirmArgs& args,
                                     const PoolAccess& pool) {
  RETURN_IF_ERROR(CheckHere(pool.backend, args.volume_id));
  ASSIGN_OR_RETURN(const auto volume, pool.backend.GetVolume(args.volume_id));
  return Confirmation{.objection =
                          std::string(CheckAll(volume, args).message())};
}

}  // namespace holdfast::controller
