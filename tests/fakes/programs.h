// The programs that the fake machine has: mkfs.ext4, mkfs.ext3, mkfs.xfs,
// mkfs.btrfs, e2fsck, resize2fs.

#ifndef HOLDFAST_TESTS_FAKES_PROGRAMS_H_
#define HOLDFAST_TESTS_FAKES_PROGRAMS_H_

#include <string>
#include <vector>

#include "tests/fakes/machine.h"

namespace holdfast::fakes {

// Adds the built-in programs to `machine`. They take its mutex. mkfs adds the
// paths it formats to `formatted`, which that mutex guards. Both must live as
// long as programs are run.
void AddPrograms(Machine& machine, std::vector<std::string>& formatted);

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_PROGRAMS_H_
