#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/doctor/check.h"
#include "cli/doctor/facts.h"

namespace holdfast::cli::doctor {
namespace {

constexpr char kFileSystems[] = "/proc/filesystems";

struct Type {
  const char* name;
  Severity severity;
  const char* why;
};

constexpr Type kTypes[] = {
    {"xfs", Severity::kError, "a pool lies on xfs and cannot be mounted"},
    {"ext4", Severity::kError,
     "volumes with ext4, the default, cannot be mounted"},
    {"btrfs", Severity::kNote, "volumes with btrfs cannot be mounted"}};

// A module is loaded at the first mount; /proc/filesystems does not list it
// before.
bool HasModule(const World& world, const std::string& type) {
  const auto release = world.files.ReadFile("/proc/sys/kernel/osrelease");
  if (!release.ok()) return false;
  return world.files
      .Stat(absl::StrCat("/lib/modules/", absl::StripSuffix(*release, "\n"),
                         "/kernel/fs/", type))
      .ok();
}

}  // namespace

Findings CheckFileSystems(const World& world) {
  const auto text = world.files.ReadFile(kFileSystems);
  if (!text.ok()) return {CannotLook(kFileSystems, text.status())};
  const auto known = ParseFileSystems(*text);
  Findings findings;
  for (const Type& type : kTypes) {
    if (known.contains(type.name)) {
      findings.push_back({.what = absl::StrCat("the kernel has ", type.name)});
    } else if (HasModule(world, type.name)) {
      findings.push_back({.what = absl::StrCat("the kernel loads ", type.name,
                                               " at its first mount")});
    } else {
      findings.push_back(
          {.severity = type.severity,
           .what = absl::StrCat("the kernel does not know ", type.name),
           .why = type.why,
           .advice = absl::StrCat("load it: modprobe ", type.name)});
    }
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
