// A file system of two files: a disk, and what orders it.

#ifndef HOLDFAST_TESTS_ROOT_BLOCK_LAYER_DISK_FILES_H_
#define HOLDFAST_TESTS_ROOT_BLOCK_LAYER_DISK_FILES_H_

#include <linux/fuse.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/block_layer/fuse_channel.h"
#include "tests/root/block_layer/write_cache.h"

namespace holdfast::root {

inline constexpr char kDiskName[] = "disk";
inline constexpr char kControlName[] = "control";

// What is written to the control file to have the disk cut, and what is read
// from it.
std::string CutOrder(const CutSpec& spec, const std::string& image);
std::string CountsText(const CacheCounts& counts);
absl::StatusOr<CacheCounts> ParseCounts(const std::string& text);

// Answers the requests of the kernel. Every write to the disk goes to the
// cache; an fsync of it is a flush. Not thread-safe.
class DiskFiles {
 public:
  DiskFiles(WriteCache& cache, FuseChannel& channel)
      : cache_(cache), channel_(channel) {}

  // Requests that were there at the same moment: a flush among them covers no
  // write among them. None: a cut that waits for a flush waits no longer.
  absl::Status Serve(const std::vector<FuseRequest>& requests);

 private:
  absl::Status Answer(const FuseRequest& request);
  // What to answer, or an error that carries an errno.
  absl::StatusOr<std::string> BodyFor(const FuseRequest& request);
  absl::StatusOr<std::string> Lookup(const FuseRequest& request) const;
  absl::StatusOr<std::string> Read(const FuseRequest& request) const;
  absl::StatusOr<std::string> Write(const FuseRequest& request);
  absl::StatusOr<std::string> Flush();
  // An order to cut, to be answered when it is done.
  absl::Status Order(const FuseRequest& request);
  absl::Status DoOrder();
  absl::StatusOr<std::string> Fallocate(const FuseRequest& request);
  absl::StatusOr<fuse_attr> AttributesOf(uint64_t node) const;

  WriteCache& cache_;
  FuseChannel& channel_;
  int64_t covered_ = 0;  // by a flush that is asked for now: writes
  std::optional<FuseRequest> order_;  // that waits for a flush
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_BLOCK_LAYER_DISK_FILES_H_
