// Where the pools of a node are, as its command line says it.

#ifndef HOLDFAST_DRIVER_POOL_PLACES_H_
#define HOLDFAST_DRIVER_POOL_PLACES_H_

#include <string>
#include <vector>

#include "driver/checks.h"

namespace holdfast::driver {

struct PoolPlace {
  std::string name;  // what the parameter "pool" of a StorageClass says
  std::string path;  // a directory, a block device or an image file
  friend bool operator==(const PoolPlace&, const PoolPlace&) = default;
};

// The name of a pool that is given none.
inline constexpr char kDefaultPool[] = "default";

// Reads words of the form [NAME=]PATH, and notes what is wrong with them as
// mistakes of --pool: none at all, a name that is not a label
// ([a-z0-9]([-a-z0-9]*), at most 63), a path that is not absolute, a name or a
// path that is given twice.
std::vector<PoolPlace> ReadPoolPlaces(const std::vector<std::string>& words,
                                      Checks& checks);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_POOL_PLACES_H_
