// Where a listing goes on.

#ifndef HOLDFAST_CONTROLLER_LIST_TOKEN_H_
#define HOLDFAST_CONTROLLER_LIST_TOKEN_H_

#include <string>

#include "absl/status/status.h"
#include "base/ids.h"

namespace holdfast::controller {

// A token is the id of the last object of the page before, so it stays good
// when that object goes. Ids begin with their pool: over several pools in
// order of their ids, it also says in which pool to go on. To callers it is
// opaque.
//
// OK for an empty token (from the beginning) and for the id of an object of
// this kind; ABORTED for anything else, as the spec wants it.
absl::Status CheckToken(const std::string& token, IdKind kind);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_LIST_TOKEN_H_
