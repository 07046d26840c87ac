// A writer that runs on a volume while something is done to it.

#ifndef HOLDFAST_TESTS_ROOT_DATA_WRITER_H_
#define HOLDFAST_TESTS_ROOT_DATA_WRITER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace holdfast::root {

// Writes block after block to a file or block device, in a thread of its own,
// syncs and reads back each, until told to stop; 16 MiB in turn. Its functions
// are for one thread.
class Writer {
 public:
  explicit Writer(std::string path);
  ~Writer() { Stop().status().IgnoreError(); }

  // The first error (DATA_LOSS: another block was read), and how many blocks
  // were written.
  absl::StatusOr<uint64_t> Stop();

  // Returns when `count` more blocks are written, or writing has failed.
  void AwaitBlocks(uint64_t count);

 private:
  void Run();
  absl::Status WriteOne(uint64_t number);

  const std::string path_;
  absl::Status status_;  // of the thread, until it is joined
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::atomic<uint64_t> blocks_{0};
  std::thread thread_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_DATA_WRITER_H_
