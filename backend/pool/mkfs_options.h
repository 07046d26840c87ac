// Which options for making a file system a StorageClass may give.

#ifndef HOLDFAST_BACKEND_POOL_MKFS_OPTIONS_H_
#define HOLDFAST_BACKEND_POOL_MKFS_OPTIONS_H_

#include <string>
#include <vector>

namespace holdfast::pool {

// What is wrong with the words, in sentences without an end; empty if they are
// pairs of an allowed option and its value. Allowed is what changes the inside
// of the file system: nothing that names a file or device, overrides a
// refusal, or makes what the driver relies upon otherwise (its size, block
// size, uuid). No value has a slash. A block volume, with an empty `fs_type`,
// has no options.
std::vector<std::string> MkfsOptionMistakes(
    const std::vector<std::string>& words, const std::string& fs_type);

struct MkfsOptionRule {
  std::string flag;
  // The entries that its list may have, by what stands before "="; empty: a
  // value of its own.
  std::vector<std::string> keys;
};

// The allowed options of a type, for the documentation.
const std::vector<MkfsOptionRule>& MkfsOptionRules(const std::string& fs_type);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_MKFS_OPTIONS_H_
