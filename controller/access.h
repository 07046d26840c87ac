// Which ways of access a volume of this driver can offer.

#ifndef HOLDFAST_CONTROLLER_ACCESS_H_
#define HOLDFAST_CONTROLLER_ACCESS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "backend/types.h"
#include "controller/requests.h"

namespace holdfast::controller {

// OK if one volume can have all of these: one access type, one file system
// type (those that leave it open agree with any). Else INVALID_ARGUMENT.
absl::Status CheckTogether(const std::vector<Capability>& capabilities);

// The file system type that these ask for; empty if all leave it open.
std::string FsTypeOf(const std::vector<Capability>& capabilities);

// OK for what some volume of this driver could do. INVALID_ARGUMENT for the
// modes with writers on several nodes (a volume lives on one node) and for a
// volume_mount_group (VOLUME_MOUNT_GROUP is not announced).
absl::Status CheckOffered(const Capability& capability);

// OK if a volume of this format can be used in this way; else
// INVALID_ARGUMENT.
absl::Status CheckFormat(const backend::Format& format,
                         const Capability& capability);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ACCESS_H_
