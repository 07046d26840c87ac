#include "tests/bench/loop_supply.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "tests/bench/progress.h"

namespace holdfast::bench {
namespace {

// Those that have nothing attached.
int FreeDevices() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/sys/block", error);
  return static_cast<int>(
      std::count_if(begin(all), end(all), [](const auto& entry) {
        return absl::StartsWith(entry.path().filename().string(), "loop") &&
               !std::filesystem::exists(entry.path() / "loop");
      }));
}

}  // namespace

void EnsureFreeLoops(int count) {
  const UniqueFd control(open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  const int missing = count - FreeDevices();
  if (missing <= 0) return;
  Progress(absl::StrCat("  making ", missing, " loop devices"));
  for (int i = 0; i < missing && CheckInterrupt().ok(); ++i) {
    ioctl(control.get(), LOOP_CTL_ADD, -1);
  }
}

}  // namespace holdfast::bench
