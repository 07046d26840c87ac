#include "os/loop.h"

#include "absl/strings/str_cat.h"

namespace holdfast::os {

std::string LoopPath(int number) { return absl::StrCat("/dev/loop", number); }

bool IsSameAttachment(const LoopStatus& one, const LoopStatus& other) {
  return one.name == other.name && one.mode == other.mode &&
         one.backing_inode == other.backing_inode &&
         one.backing_file_system == other.backing_file_system;
}

}  // namespace holdfast::os
