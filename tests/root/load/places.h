// Where callers stage and publish, in the form the kubelet has: a restarted
// daemon knows a staging path by it.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_PLACES_H_
#define HOLDFAST_TESTS_ROOT_LOAD_PLACES_H_

#include <string>

#include "tests/root/fixture/csi.h"

namespace holdfast::root {

// What is given to NodeStageVolume.
std::string StagingPath(const std::string& directory, const std::string& id,
                        Access access);

// Below it are the target paths of a volume.
std::string TargetsOf(const std::string& directory, const std::string& id);

// Below these are all staging and all target paths.
std::string AllStaging(const std::string& directory);
std::string AllTargets(const std::string& directory);

// The id of the volume whose staging path this is, or the file "device" in
// it; empty if it is none.
std::string StagedAt(const std::string& directory, const std::string& path);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_PLACES_H_
