#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"

namespace holdfast::cli::doctor {

Findings CheckDirectIo(const World& world) {
  const auto loops = ReadLoops(world);
  if (!loops.ok()) return {CannotLook("loop devices", loops.status())};
  Findings findings;
  for (const Loop& loop : Ours(*loops)) {
    if (loop.status.direct_io) continue;
    findings.push_back(
        {.severity = Severity::kNote,
         .what = absl::StrCat(loop.path(), " of volume ", loop.status.name,
                              " does no direct I/O"),
         .why = "its data is cached twice: it costs memory, and is slower",
         .advice = absl::StrCat(
             "losetup --direct-io=on ", loop.path(),
             "; if that is refused, the blocks of the pool's disk are larger "
             "than the volume's")});
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
