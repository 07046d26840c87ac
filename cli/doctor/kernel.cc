#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "cli/doctor/check.h"
#include "cli/doctor/facts.h"

namespace holdfast::cli::doctor {
namespace {

constexpr char kRelease[] = "/proc/sys/kernel/osrelease";

// What Holdfast is made for and tested on.
constexpr KernelVersion kFloor = {5, 15};
// btrfs mounts two file systems with one uuid, as clones have.
constexpr KernelVersion kBtrfsClones = {6, 7};
// statmount(2) and listmount(2).
constexpr KernelVersion kStatmount = {6, 8};

void AddVersionFindings(const KernelVersion& version, const std::string& name,
                        Findings& findings) {
  if (version < kFloor) {
    findings.push_back(
        {.severity = Severity::kError,
         .what = absl::StrCat("kernel ", name, " is older than 5.15"),
         .why = "loop devices and mounts are made by calls that it may lack, "
                "and nothing was tested on it",
         .advice = "run a kernel of version 5.15 or later"});
    return;
  }
  findings.push_back({.what = absl::StrCat("kernel ", name)});
  if (version < kBtrfsClones) {
    findings.push_back(
        {.severity = Severity::kNote,
         .what = "kernels before 6.7 cannot mount a btrfs beside its clone",
         .why = "volumes with btrfs are not offered here",
         .advice = "use ext4 or xfs, or kernel 6.7 or later"});
  }
  if (version < kStatmount) {
    findings.push_back(
        {.severity = Severity::kNote,
         .what = "kernels before 6.8 have no statmount",
         .why = "publishing to a single writer reads the list of all mounts, "
                "which takes longer with thousands of them",
         .advice = "nothing needs to be done; kernel 6.8 or later is faster"});
  }
}

// A detached copy of the root mount, gone at once: needs the mount API and
// leave to use it, and changes nothing.
void AddMountFindings(const World& world, Findings& findings) {
  const absl::Status copied = world.mounts.CloneMount("/").status();
  if (IsErrno(copied, ENOSYS)) {
    findings.push_back(
        {.severity = Severity::kError,
         .what = "the kernel refuses open_tree: it has no new mount API",
         .why = "no volume can be mounted",
         .advice = "run a kernel of version 5.15 or later; in a container, let "
                   "its seccomp profile pass open_tree, move_mount, fsopen, "
                   "fsconfig, fsmount and mount_setattr"});
  } else if (!copied.ok()) {
    findings.push_back(
        {.severity = Severity::kWarning,
         .what =
             absl::StrCat("a mount cannot be copied here: ", copied.message()),
         .why = "a daemon that runs as this process does cannot mount volumes",
         .advice = "run as root with CAP_SYS_ADMIN (privileged: true in a "
                   "container)"});
  }
}

}  // namespace

Findings CheckKernel(const World& world) {
  const auto text = world.files.ReadFile(kRelease);
  if (!text.ok()) return {CannotLook(kRelease, text.status())};
  Findings findings;
  const std::string name(absl::StripSuffix(*text, "\n"));
  const auto version = ParseKernelVersion(name);
  if (version) {
    AddVersionFindings(*version, name, findings);
  } else {
    findings.push_back(CannotLook(
        kRelease, absl::InvalidArgumentError("it says \"" + name + "\"")));
  }
  AddMountFindings(world, findings);
  return findings;
}

}  // namespace holdfast::cli::doctor
