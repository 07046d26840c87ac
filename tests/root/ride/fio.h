// fio(1) as a process that writes and verifies until its time is over.

#ifndef HOLDFAST_TESTS_ROOT_RIDE_FIO_H_
#define HOLDFAST_TESTS_ROOT_RIDE_FIO_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {

enum class FioPath {
  kDirect,    // libaio, O_DIRECT, eight in flight
  kBuffered,  // psync through the page cache, with an fsync now and then
};

struct FioSpec {
  std::string name;
  std::string file;  // a file, or a block device
  int64_t offset = 0;
  int64_t bytes = 0;
  FioPath path = FioPath::kDirect;
  absl::Duration runtime;
  uint64_t seed = 0;
  std::string output;  // what it says at its end
};

// Random writes of 4 KiB over the whole range, again and again, each read back
// soon and held against its checksum (crc32c). The first error ends it. Killed
// when destroyed. Move-only; not thread-safe.
class Fio {
 public:
  static absl::StatusOr<Fio> Start(const FioSpec& spec);

  const std::string& name() const { return spec_.name; }

  // Bytes that the process has read and written so far, as the kernel counts
  // them (proc(5), /proc/pid/io): to be compared with earlier ones.
  absl::StatusOr<int64_t> Progress() const;
  // Returns when it has moved on by some blocks. DEADLINE_EXCEEDED; INTERNAL
  // with its output if it has ended.
  absl::Status AwaitProgress(absl::Time deadline);

  // Waits for its end and answers the bytes it has written. INTERNAL with its
  // output if it met an error or has not verified most of them.
  absl::StatusOr<int64_t> Finish(absl::Time deadline);

 private:
  Fio(FioSpec spec, Process process)
      : spec_(std::move(spec)), process_(std::move(process)) {}

  std::string Output() const;

  FioSpec spec_;
  Process process_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_RIDE_FIO_H_
