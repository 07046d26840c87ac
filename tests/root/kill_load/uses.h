// What the kernel has of the volumes of a load.

#ifndef HOLDFAST_TESTS_ROOT_KILL_LOAD_USES_H_
#define HOLDFAST_TESTS_ROOT_KILL_LOAD_USES_H_

#include <string>

#include "tests/root/load/object_state.h"

namespace holdfast::root {

// Loop devices of the files of `pool`, mounts and paths below `directory`: in
// the words of NodeSide::uses, or in other words what should not be.
Facts UsesFound(const std::string& pool, const std::string& directory);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_KILL_LOAD_USES_H_
