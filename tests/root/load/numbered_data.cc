#include "tests/root/load/numbered_data.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/status.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {

absl::Status NumberedData::Write(uint64_t number) const {
  return WriteAt(PathOf(number % 2), OffsetOf(number % 2), Content(number));
}

absl::StatusOr<uint64_t> NumberedData::Read() const {
  uint64_t newest = 0;
  for (const uint64_t parity : {0, 1}) {
    if (!std::filesystem::exists(PathOf(parity))) continue;
    ASSIGN_OR_RETURN(const std::string found,
                     ReadAt(PathOf(parity), OffsetOf(parity), kSlotBytes));
    uint64_t number = 0;
    std::memcpy(&number, found.data(), std::min(sizeof number, found.size()));
    const bool whole = number != 0 && found == Content(number);
    if (whole) newest = std::max(newest, number);
  }
  return newest;
}

std::string NumberedData::Content(uint64_t number) {
  std::string content = Bytes(number, kSlotBytes);
  std::memcpy(content.data(), &number, sizeof number);
  return content;
}

std::string NumberedData::PathOf(uint64_t parity) const {
  if (access_ == Access::kBlock) return target_;
  return target_ + (parity == 0 ? "/even" : "/odd");
}

int64_t NumberedData::OffsetOf(uint64_t parity) const {
  return access_ == Access::kBlock ? static_cast<int64_t>(parity * kSlotBytes)
                                   : 0;
}

}  // namespace holdfast::root
