// Data that proves itself: each write has a number, and its content follows
// from the number.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_NUMBERED_DATA_H_
#define HOLDFAST_TESTS_ROOT_LOAD_NUMBERED_DATA_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/fixture/csi.h"

namespace holdfast::root {

// A volume has two slots, of which odd numbers go to one and even numbers to
// the other: two files, or two places of a block device. When numbers rise and
// alternate, the newest slot that is whole is what the last finished write
// left, also if the next one was cut off.
class NumberedData {
 public:
  static constexpr size_t kSlotBytes = 64 << 10;

  // `target` is what is published: a directory, or a block device.
  NumberedData(std::string target, Access access)
      : target_(std::move(target)), access_(access) {}

  // Writes the slot of this number, and syncs it.
  absl::Status Write(uint64_t number) const;

  // The highest number whose slot is whole; 0 if there is none.
  absl::StatusOr<uint64_t> Read() const;

  // What is in the slot of this number.
  static std::string Content(uint64_t number);

 private:
  std::string PathOf(uint64_t parity) const;
  int64_t OffsetOf(uint64_t parity) const;

  const std::string target_;
  const Access access_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_NUMBERED_DATA_H_
