// What the Admin service answers, in words for people.

#ifndef HOLDFAST_CLI_ADMIN_TEXT_H_
#define HOLDFAST_CLI_ADMIN_TEXT_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <utility>
#include <vector>

#include "holdfast/v1/admin.pb.h"

namespace holdfast::cli {

// Local time with seconds; "" for a timestamp that is not set.
std::string TimeText(const google::protobuf::Timestamp& time);

// "ext4", "block".
std::string TypeText(v1::AccessType access_type, const std::string& fs_type);

// Devices of a volume on its node: "loop7", "loop7 loop8(ro)".
std::string DevicesText(const v1::Volume& volume);

// Lines of `show`: what it is, and its value.
using Facts = std::vector<std::pair<std::string, std::string>>;
Facts VolumeFacts(const v1::Volume& volume);
Facts SnapshotFacts(const v1::Snapshot& snapshot);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_ADMIN_TEXT_H_
