#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"
#include "cli/doctor/facts.h"

namespace holdfast::cli::doctor {
namespace {

constexpr char kStatus[] = "/proc/self/status";

struct Capability {
  int number;  // linux/capability.h, capabilities(7)
  const char* name;
  Severity severity;
  const char* why;
};

constexpr Capability kCapabilities[] = {
    {21, "CAP_SYS_ADMIN", Severity::kError,
     "nothing can be mounted and no loop device attached"},
    {1, "CAP_DAC_OVERRIDE", Severity::kError,
     "files of the kubelet and of the pool cannot be reached"},
    {24, "CAP_SYS_RESOURCE", Severity::kWarning,
     "a mounted ext4 cannot grow: it grows the next time it is staged"},
    {27, "CAP_MKNOD", Severity::kWarning,
     "where /dev is not kept by the kernel, nodes of new loop devices cannot "
     "be made"}};

}  // namespace

Findings CheckCapabilities(const World& world) {
  const auto text = world.files.ReadFile(kStatus);
  if (!text.ok()) return {CannotLook(kStatus, text.status())};
  const auto set = ParseEffectiveCapabilities(*text);
  if (!set) {
    return {CannotLook(kStatus, absl::NotFoundError("it has no line CapEff"))};
  }
  Findings findings;
  for (const Capability& capability : kCapabilities) {
    if ((*set >> capability.number & 1) != 0) continue;
    findings.push_back(
        {.severity = capability.severity,
         .what = absl::StrCat("this process lacks ", capability.name),
         .why =
             absl::StrCat("in a daemon that runs like this, ", capability.why),
         .advice = "run it as root; in a container with privileged: true, or "
                   "with this capability added"});
  }
  if (findings.empty()) {
    findings.push_back({.what = "all capabilities that the daemons use"});
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
