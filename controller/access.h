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

// OK for the modes in which one node at a time may write, or nobody. The modes
// with writers on several nodes are INVALID_ARGUMENT: a volume lives on one
// node.
absl::Status CheckMode(const Capability& capability);

// OK if a volume of this format can be used in this way; else
// INVALID_ARGUMENT.
absl::Status CheckFormat(const backend::Format& format,
                         const Capability& capability);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ACCESS_H_
