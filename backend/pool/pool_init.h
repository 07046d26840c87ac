// New pools in image files and on block devices. In a directory: InitPool in
// pool_file.h.

#ifndef HOLDFAST_BACKEND_POOL_POOL_INIT_H_
#define HOLDFAST_BACKEND_POOL_POOL_INIT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/pool_file.h"
#include "backend/pool/pool_medium.h"
#include "os/command.h"
#include "os/file_systems.h"

namespace holdfast::pool {

struct InitParts {
  MediumParts medium;
  os::FileSystems& file_systems;
  os::Commands& commands;
};

struct ImageSpec {
  std::string path;        // absolute; must not exist
  int64_t size_bytes = 0;  // at least kLeastPoolBytes
};

// Makes a pool in a new image file and answers its header. All of the image's
// space is allocated first. It is made under the name `<path>.holdfast-new`,
// mounted for a moment at `<path>.holdfast-new.d`, and gets its name last,
// durably: an image at `path` is always a whole pool. What a crash leaves of it
// the next call clears. ALREADY_EXISTS; UNAVAILABLE while another call works in
// that directory; OUT_OF_RANGE for a size that is too small;
// RESOURCE_EXHAUSTED if the file system would be left with less than a tenth of
// its size.
absl::StatusOr<PoolHeader> InitImage(const InitParts& os,
                                     const ImageSpec& spec);

struct DeviceSpec {
  std::string path;  // absolute, no symlink
  // For a moment; made, and removed again. The same one each time for this
  // device: what a call that was cut short left there, the next one removes, or
  // nobody could clear the device.
  std::string mount_point;
};

// Makes a pool on a blank block device. FAILED_PRECONDITION, with what was
// found, if anything is on it: a file system, a partition table, or data in the
// first or last MiB; UNAVAILABLE while another works on it. There is no way to
// force it: wipefs(8) is for people.
absl::StatusOr<PoolHeader> InitDevice(const InitParts& os,
                                      const DeviceSpec& spec);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_INIT_H_
