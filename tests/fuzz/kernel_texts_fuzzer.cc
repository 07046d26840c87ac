// What the kernel says of mounts and of block devices: paths and labels in it
// are chosen by users.

#include <algorithm>

#include "absl/strings/str_split.h"
#include "base/status.h"
#include "os/block_counters.h"
#include "os/mountinfo.h"
#include "tests/fuzz/fuzz.h"

HOLDFAST_FUZZ_TARGET(bytes) {
  using namespace holdfast;  // NOLINT: a few functions of it
  const std::vector<std::string> lines =
      absl::StrSplit(bytes, '\n', absl::SkipEmpty());
  const auto mounts = os::ParseMountinfo(bytes);
  FUZZ_CHECK(mounts.ok() || GetErrno(mounts.status()) == EINVAL);
  // A mount that goes unseen could be taken for a volume that nobody uses.
  if (mounts.ok()) FUZZ_CHECK(mounts->size() == lines.size());
  FUZZ_CHECK(os::MountSources(bytes).size() == lines.size());
  const auto counters = os::ParseBlockCounters(bytes);
  if (counters) {
    FUZZ_CHECK(counters->read_bytes % 512 == 0);
    FUZZ_CHECK(std::any_of(bytes.begin(), bytes.end(),
                           [](char c) { return c >= '0' && c <= '9'; }));
  }
}
