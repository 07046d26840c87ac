#include "node/capability.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace holdfast::node {
namespace {

std::string Describe(backend::AccessType access_type,
                     const std::string& fs_type) {
  if (access_type == backend::AccessType::kBlock) return "a block volume";
  return absl::StrCat("a volume with file system ", fs_type);
}

bool Fits(const backend::Format& format, const Capability& capability) {
  if (format.access_type != capability.access_type) return false;
  return format.access_type == backend::AccessType::kBlock ||
         capability.fs_type.empty() || capability.fs_type == format.fs_type;
}

}  // namespace

absl::Status CheckCapability(const backend::Volume& volume,
                             const Capability& capability, Use use) {
  const backend::Format& format = volume.format;
  if (Fits(format, capability)) return absl::OkStatus();
  const std::string message = absl::StrCat(
      volume.id, " is ", Describe(format.access_type, format.fs_type),
      use == Use::kInUse ? " and in use as such" : "", ", not ",
      Describe(capability.access_type,
               capability.fs_type.empty() ? "of any type" : capability.fs_type),
      "; ask for what it is, or make another volume");
  return use == Use::kInUse ? absl::AlreadyExistsError(message)
                            : absl::FailedPreconditionError(message);
}

}  // namespace holdfast::node
