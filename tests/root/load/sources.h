// Volumes with data that is known, which copies of them must have too.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_SOURCES_H_
#define HOLDFAST_TESTS_ROOT_LOAD_SOURCES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/root/fixture/world.h"
#include "tests/root/load/history.h"

namespace holdfast::root {

struct Source {
  std::string id;
  ObjectState state;  // its data bears the name of the volume
  std::string bytes;
  int64_t offset = 0;  // of these bytes, in the data file
};

// Makes a volume, publishes it, writes and syncs through what is published: a
// file, or the block device. It stays published.
absl::StatusOr<Source> MakeSource(World& world, const CreateArgs& args,
                                  uint64_t seed);

// The name of the data that a data file has, itself or as a copy; empty if it
// has that of none of the sources.
absl::StatusOr<std::string> FindData(const std::vector<Source>& sources,
                                     const std::string& file);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_SOURCES_H_
