#include "tests/root/kill/scenario.h"

#include <sys/utsname.h>

#include <cstdio>
#include <utility>

#include "base/status.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {

std::vector<NamedScenario> ControllerScenarios() {
  std::vector<NamedScenario> all = ObjectScenarios();
  for (const NamedScenario& one : ChangeScenarios()) all.push_back(one);
  return all;
}

bool IsKernelSince(int major, int minor) {
  utsname facts = {};
  int found_major = 0;
  int found_minor = 0;
  if (uname(&facts) != 0 ||
      std::sscanf(facts.release, "%d.%d", &found_major, &found_minor) != 2) {
    return false;
  }
  return std::pair(found_major, found_minor) >= std::pair(major, minor);
}

std::vector<FsKind> OtherFileSystems() {
  std::vector<FsKind> kinds = {{"ext3", 32 * kMiB}, {"xfs", 300 * kMiB}};
  // Two clones of one btrfs side by side.
  if (IsKernelSince(6, 7)) kinds.push_back({"btrfs", 256 * kMiB});
  return kinds;
}

absl::Status Must(bool holds, const std::string& what) {
  return holds ? absl::OkStatus() : absl::InternalError("not so: " + what);
}

absl::Status UseVolume(const NodeArgs& args, uint64_t seed) {
  const std::string path = args.access == Access::kBlock
                               ? args.target_path
                               : args.target_path + "/used";
  const std::string data = Bytes(seed, 1 << 16);
  RETURN_IF_ERROR(WriteAt(path, 0, data));
  ASSIGN_OR_RETURN(const std::string found, ReadAt(path, 0, data.size()));
  RETURN_IF_ERROR(Must(found == data, "what was written is read"));
  return Must(MountsBelow(args.target_path).size() == 1, "mounted once");
}

absl::Status ProveUsable(World& world, const NodeArgs& args, uint64_t seed) {
  RETURN_IF_ERROR(world.Bring(args));
  RETURN_IF_ERROR(UseVolume(args, seed));
  return world.TakeBack(args);
}

}  // namespace holdfast::root
