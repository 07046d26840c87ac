#include "os/loop.h"

#include "absl/strings/str_cat.h"

namespace holdfast::os {

std::string LoopPath(int number) { return absl::StrCat("/dev/loop", number); }

}  // namespace holdfast::os
