// The programs that the fake machine has: mkfs.ext4, e2fsck, resize2fs.

#ifndef HOLDFAST_TESTS_FAKES_PROGRAMS_H_
#define HOLDFAST_TESTS_FAKES_PROGRAMS_H_

#include <string>
#include <vector>

#include "tests/fakes/machine.h"

namespace holdfast::fakes {

// Adds the built-in programs to `machine`. Their code runs with its mutex
// held. mkfs adds the paths it formats to `formatted`. Both must outlive it.
void AddPrograms(Machine& machine, std::vector<std::string>& formatted);

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_PROGRAMS_H_
