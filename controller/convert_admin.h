// From and to the messages of holdfast.v1.Admin.

#ifndef HOLDFAST_CONTROLLER_CONVERT_ADMIN_H_
#define HOLDFAST_CONTROLLER_CONVERT_ADMIN_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/types.h"
#include "controller/admin_answers.h"
#include "holdfast/v1/admin.pb.h"

namespace holdfast::controller {

// No answer has more entries: a message of gRPC has 4 MiB.
inline constexpr int kMostAdminEntries = 1000;

// What a list request asks for, at most kMostAdminEntries. INVALID_ARGUMENT
// for a negative number; ABORTED for a token that no such list has given.
absl::StatusOr<backend::PageRequest> ParsePage(
    const v1::ListVolumesRequest& request);
absl::StatusOr<backend::PageRequest> ParsePage(
    const v1::ListSnapshotsRequest& request);
absl::StatusOr<backend::PageRequest> ParsePage(
    const v1::ListTrashRequest& request);
// `value`, or INVALID_ARGUMENT if the field is empty.
absl::StatusOr<std::string> Required(const char* field,
                                     const std::string& value);

void Fill(const std::vector<PoolReport>& pools,
          v1::ListPoolsResponse& response);
void Fill(const Placed<backend::Page<ListedVolume>>& page,
          v1::ListVolumesResponse& response);
void Fill(const Placed<backend::Page<backend::Snapshot>>& page,
          v1::ListSnapshotsResponse& response);
void Fill(const Placed<backend::Page<backend::TrashedObject>>& page,
          v1::ListTrashResponse& response);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CONVERT_ADMIN_H_
