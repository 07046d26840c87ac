// Where a pool lies: in a directory, on a block device or in an image file.

#ifndef HOLDFAST_BACKEND_POOL_POOL_MEDIUM_H_
#define HOLDFAST_BACKEND_POOL_POOL_MEDIUM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "os/data_files.h"
#include "os/files.h"
#include "os/loop.h"
#include "os/mounts.h"

namespace holdfast::pool {

// What a medium is opened with.
struct MediumParts {
  os::Files& files;
  os::DataFiles& data_files;
  os::LoopDevices& loops;
  os::Mounts& mounts;
};

struct MediumSpec {
  std::string path;         // not a symlink
  std::string mount_point;  // of a device or image; made if missing
};

// Answers the directory of the pool: `path` itself, or the mount point with the
// device or image mounted at it. What is attached or mounted already, by an
// earlier process or by one whose mount namespace is gone while volumes still
// keep the file system busy, is taken over: an image never gets a second loop
// device, and the mount is made without nouuid, so that the kernel refuses a
// second superblock of one file system. Nothing is ever undone by closing: what
// runs on the pool goes on.
//
// Errors: NOT_FOUND if there is nothing at `path`; FAILED_PRECONDITION, with
// advice, if it is nothing that can be a pool, if something else is mounted at
// the mount point, if an image is attached twice, or if the kernel does not
// mount it; UNAVAILABLE while somebody else has the image open. A loop device
// without direct I/O is used, with a WARNING in the log. Safe against other
// processes that do the same to the same image.
absl::StatusOr<std::string> OpenMedium(const MediumParts& os,
                                       const MediumSpec& spec);

// Detaches the loop device of an image, unless somebody has it mounted, in
// whatever mount namespace. OK if it is not attached.
absl::Status DetachUnclaimed(const MediumParts& os, const std::string& path);

// Detaches it also if it is mounted: the kernel does so with its last user.
absl::Status DetachImage(const MediumParts& os, const std::string& path);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_MEDIUM_H_
