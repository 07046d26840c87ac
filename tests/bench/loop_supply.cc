#include "tests/bench/loop_supply.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"

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

LoopSupply::LoopSupply(int count)
    : control_(open("/dev/loop-control", O_RDWR | O_CLOEXEC)) {
  for (int missing = count - FreeDevices(); missing > 0; --missing) {
    const int number = ioctl(control_.get(), LOOP_CTL_ADD, -1);
    if (number >= 0) added_.push_back(number);
  }
}

LoopSupply::~LoopSupply() {
  for (const int number : added_) {
    ioctl(control_.get(), LOOP_CTL_REMOVE, number);
  }
}

}  // namespace holdfast::bench
