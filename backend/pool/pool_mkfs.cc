#include "backend/pool/pool_mkfs.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "backend/pool/errors.h"
#include "base/log.h"

namespace holdfast::pool {
namespace {

// It discards the whole device first, which takes its time on a large one.
constexpr absl::Duration kPatience = absl::Minutes(10);

}  // namespace

// Sectors of 4096 bytes mount on loop devices of any block size.
absl::Status MakePoolFileSystem(os::Commands& commands,
                                const std::string& path) {
  const auto made = commands.Run(
      {"mkfs.xfs", "-q", "-m", "reflink=1", "-s", "size=4096", path},
      absl::Now() + kPatience);
  if (!made.ok()) return Meaning(made.status(), "run mkfs.xfs (xfsprogs)");
  if (made->exit_code == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("mkfs.xfs does not make a file system on ", Quote(path),
                   ": ", made->output));
}

}  // namespace holdfast::pool
