// Mount flags: one to a line of the input.

#include <vector>

#include "absl/strings/str_split.h"
#include "node/mount_flags.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast {
namespace {

// What reaches the kernel as a C string is all of what was asked for.
void CheckWord(const std::string& word) {
  for (const char c : word) {
    FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

}  // namespace
}  // namespace holdfast

HOLDFAST_FUZZ_TARGET(bytes) {
  const std::vector<std::string> flags = absl::StrSplit(bytes, '\n');
  const auto sorted = holdfast::node::ParseMountFlags(flags);
  if (!sorted.ok()) {
    FUZZ_CHECK(absl::IsInvalidArgument(sorted.status()));
    return;
  }
  for (const auto& [name, value] : sorted->options) {
    FUZZ_CHECK(!name.empty() && name.find('"') == name.npos);
    FUZZ_CHECK(name != "ro" && name != "rw" && name != "defaults");
    holdfast::CheckWord(name);
    holdfast::CheckWord(value);
  }
}
