#include "controller/access.h"

#include "absl/strings/str_cat.h"

namespace holdfast::controller {
namespace {

const char* Spelled(backend::AccessType type) {
  return type == backend::AccessType::kBlock ? "block" : "mount";
}

}  // namespace

absl::Status CheckTogether(const std::vector<Capability>& capabilities) {
  const std::string fs_type = FsTypeOf(capabilities);
  for (const auto& each : capabilities) {
    if (each.access_type != capabilities.front().access_type) {
      return absl::InvalidArgumentError(
          "volume_capabilities ask for block and for mount; a volume is one "
          "of them, send capabilities of one access type");
    }
    if (!each.fs_type.empty() && each.fs_type != fs_type) {
      return absl::InvalidArgumentError(absl::StrCat(
          "volume_capabilities ask for the file systems ", fs_type, " and ",
          each.fs_type, "; a volume has one, send one fs_type"));
    }
  }
  return absl::OkStatus();
}

std::string FsTypeOf(const std::vector<Capability>& capabilities) {
  for (const auto& each : capabilities) {
    if (!each.fs_type.empty()) return each.fs_type;
  }
  return "";
}

absl::Status CheckOffered(const Capability& capability) {
  if (!capability.mount_group.empty()) {
    return absl::InvalidArgumentError(
        "volume_mount_group is not supported; leave it out (Kubernetes then "
        "applies fsGroup itself)");
  }
  using Mode = backend::AccessMode;
  const Mode mode = capability.access_mode;
  if (mode != Mode::kMultiNodeMultiWriter &&
      mode != Mode::kMultiNodeSingleWriter) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "access mode ", Name(mode),
      " is not supported: a volume lives on one node; use a SINGLE_NODE mode "
      "(in Kubernetes: ReadWriteOnce or ReadWriteOncePod)"));
}

absl::Status CheckFormat(const backend::Format& format,
                         const Capability& capability) {
  if (capability.access_type != format.access_type) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the volume was made for ", Spelled(format.access_type),
        " access and cannot be used as ", Spelled(capability.access_type),
        "; ask for ", Spelled(format.access_type)));
  }
  if (!capability.fs_type.empty() && capability.fs_type != format.fs_type) {
    return absl::InvalidArgumentError(
        absl::StrCat("the volume holds ", format.fs_type, ", not ",
                     capability.fs_type, "; ask for ", format.fs_type));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::controller
