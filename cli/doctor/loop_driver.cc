#include <cerrno>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "cli/doctor/check.h"
#include "cli/doctor/loops.h"

namespace holdfast::cli::doctor {
namespace {

constexpr char kControl[] = "/dev/loop-control";

Finding NoControl(const absl::Status& status) {
  const bool missing = IsErrno(status, ENOENT) || IsErrno(status, ENXIO) ||
                       IsErrno(status, ENODEV);
  return {.severity = Severity::kError,
          .what = missing
                      ? absl::StrCat(kControl, " is missing")
                      : absl::StrCat(kControl,
                                     " cannot be opened: ", status.message()),
          .why = "no volume can be attached: each is a loop device on its file",
          .advice =
              "modprobe loop; in a container, mount the machine's /dev "
              "and run it privileged"};
}

// What it makes of a device's minors (drivers/block/loop.c). max_loop is no
// limit: devices beyond it are made through loop-control.
void AddPartitionNote(const World& world, Findings& findings) {
  const auto text =
      world.files.ReadFile("/sys/module/loop/parameters/max_part");
  int parts = 0;
  if (!text.ok() || !absl::SimpleAtoi(absl::StripSuffix(*text, "\n"), &parts) ||
      parts == 0) {
    return;
  }
  findings.push_back(
      {.severity = Severity::kNote,
       .what = absl::StrCat("the loop driver keeps room for ", parts,
                            " partitions of each device (max_part)"),
       .why = "the kernel looks for partitions on volumes, and fewer loop "
              "devices fit",
       .advice = "load the module without max_part: modprobe loop max_part=0"});
}

}  // namespace

Findings CheckLoopDriver(const World& world) {
  const auto control = world.files.Open(kControl, os::OpenMode::kReadWrite);
  if (!control.ok()) return {NoControl(control.status())};
  Findings findings;
  const auto loops = ReadLoops(world);
  if (loops.ok()) {
    findings.push_back(
        {.what = absl::StrCat(loops->size(), " loop devices attached, ",
                              Ours(*loops).size(), " of them Holdfast's")});
  } else {
    findings.push_back(CannotLook("loop devices", loops.status()));
  }
  AddPartitionNote(world, findings);
  return findings;
}

}  // namespace holdfast::cli::doctor
