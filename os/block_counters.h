// What went through a block device since it was attached.

#ifndef HOLDFAST_OS_BLOCK_COUNTERS_H_
#define HOLDFAST_OS_BLOCK_COUNTERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "os/files.h"

namespace holdfast::os {

// The kernel's own counters (Documentation/block/stat.rst). They start from
// zero when a loop device gets its backing file for the first time, and go on
// when it gets another: a counter that falls is a new device.
struct BlockCounters {
  uint64_t reads = 0;
  uint64_t read_bytes = 0;
  absl::Duration reading;  // summed over requests, also those side by side
  uint64_t writes = 0;
  uint64_t written_bytes = 0;
  absl::Duration writing;
  uint64_t in_flight = 0;
  absl::Duration busy;  // while at least one request was under way
  uint64_t discards = 0;
  uint64_t discarded_bytes = 0;
  uint64_t flushes = 0;
};

// Nothing unless `text` is a line of that file (kernel 5.5 on).
std::optional<BlockCounters> ParseBlockCounters(absl::string_view text);

// Of the device "/dev/loop7", from /sys/block/loop7/stat. Failures carry the
// errno; INTERNAL if the file is not what it should be.
absl::StatusOr<BlockCounters> ReadBlockCounters(Files& files,
                                                const std::string& device);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_BLOCK_COUNTERS_H_
