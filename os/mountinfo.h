// The text of /proc/self/mountinfo (proc_pid_mountinfo(5)).

#ifndef HOLDFAST_OS_MOUNTINFO_H_
#define HOLDFAST_OS_MOUNTINFO_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "os/mounts.h"

namespace holdfast::os {

// Its mounts, in the order of the lines. A line that is not of the documented
// form is an error that carries EINVAL and the line: a mount that goes unseen
// could be taken for a volume that nobody uses.
absl::StatusOr<std::vector<MountPoint>> ParseMountinfo(absl::string_view text);

// What each of these lines says is mounted, in the same order: for a btrfs the
// path of its device.
std::vector<std::string> MountSources(absl::string_view text);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_MOUNTINFO_H_
