#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/doctor/check.h"
#include "cli/doctor/facts.h"

namespace holdfast::cli::doctor {
namespace {

constexpr char kMountinfo[] = "/proc/self/mountinfo";

}  // namespace

Findings CheckPropagation(const World& world) {
  const std::string& kubelet = world.settings.kubelet;
  const auto there = world.files.Stat(kubelet);
  if (IsErrno(there.status(), ENOENT)) {
    return {{.what = absl::StrCat("no kubelet here: there is no ", kubelet)}};
  }
  if (!there.ok()) return {CannotLook(kubelet, there.status())};
  const auto text = world.files.ReadFile(kMountinfo);
  if (!text.ok()) return {CannotLook(kMountinfo, text.status())};
  const auto mount = FindMountOf(*text, kubelet);
  if (!mount) {
    return {CannotLook(kubelet, absl::NotFoundError("mountinfo has no mount "
                                                    "that it is on"))};
  }
  if (mount->is_shared) {
    return {{.what = absl::StrCat(kubelet, " is on the shared mount ",
                                  mount->mount_point)}};
  }
  return {{.severity = Severity::kError,
           .what = absl::StrCat(kubelet, " is on ", mount->mount_point,
                                ", which is no shared mount"),
           .why =
               "what a daemon in a container mounts there is not seen outside: "
               "pods get an empty directory instead of their volume",
           .advice = absl::StrCat(
               "on the machine: mount --make-rshared ", mount->mount_point,
               "; in the pod of the daemon: mountPropagation: Bidirectional")}};
}

}  // namespace holdfast::cli::doctor
