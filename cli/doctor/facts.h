// What files of /proc say, parsed.

#ifndef HOLDFAST_CLI_DOCTOR_FACTS_H_
#define HOLDFAST_CLI_DOCTOR_FACTS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace holdfast::cli::doctor {

struct KernelVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

// "6.1.0-18-amd64": /proc/sys/kernel/osrelease.
std::optional<KernelVersion> ParseKernelVersion(absl::string_view text);

// The set of CapEff in /proc/self/status (proc_pid_status(5)), a bit for each
// capability by its number in linux/capability.h.
std::optional<uint64_t> ParseEffectiveCapabilities(absl::string_view text);

// The names in /proc/filesystems: what is built in or loaded by now.
std::set<std::string> ParseFileSystems(absl::string_view text);

// The mount that `path` is on, as a text of mountinfo has it
// (proc_pid_mountinfo(5)).
struct MountOfPath {
  std::string mount_point;
  bool is_shared = false;  // what is mounted below it is seen elsewhere too
};
std::optional<MountOfPath> FindMountOf(absl::string_view mountinfo,
                                       absl::string_view path);

// True if `path` is `directory` or below it.
bool IsBelow(absl::string_view path, absl::string_view directory);

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_FACTS_H_
