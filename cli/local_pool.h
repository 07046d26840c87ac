// A pool on this machine, without its daemon.

#ifndef HOLDFAST_CLI_LOCAL_POOL_H_
#define HOLDFAST_CLI_LOCAL_POOL_H_

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "backend/pool/layout.h"
#include "backend/pool/pool_file.h"
#include "backend/pool/pool_medium.h"
#include "base/metrics.h"
#include "os/kernel.h"

namespace holdfast::cli {

// The kernel, as pools are worked on with.
struct LocalKernel {
  Metrics metrics;
  os::Kernel kernel = os::LinuxKernel(metrics);

  pool::PoolFiles PoolFiles() {
    return {.files = *kernel.files, .data_files = *kernel.data_files};
  }
  pool::MediumParts MediumParts() {
    return {.files = *kernel.files,
            .data_files = *kernel.data_files,
            .loops = *kernel.loops,
            .mounts = *kernel.mounts};
  }
};

// `path` made absolute and plain.
absl::StatusOr<std::string> AbsolutePath(const std::string& path);

// `path` absolute and without symlinks: names of devices are often links.
absl::StatusOr<std::string> ResolvedPath(const std::string& path);

// Where the pool of an image or a device is mounted for a moment, the same each
// time and no other's: what a killed command left there, the next one takes
// off. Named after a hash of the path, which may be longer than a name may be.
std::string MountPointOf(const std::string& medium);

// One line: what it is, and its value.
void PrintFact(std::ostream& out, absl::string_view key,
               absl::string_view value);

// What a pool's header says.
void PrintHeader(std::ostream& out, const pool::Layout& layout,
                 const pool::PoolHeader& header);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_LOCAL_POOL_H_
