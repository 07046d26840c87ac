// How a template's file system is made: the command line, as data.

#ifndef HOLDFAST_BACKEND_POOL_MKFS_H_
#define HOLDFAST_BACKEND_POOL_MKFS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::pool {

struct MkfsSpec {
  std::string fs_type;  // one that FindFsType knows
  uint32_t logical_block_bytes = 4096;
  // Words in which MkfsOptionMistakes found none.
  std::vector<std::string> options;
};

// Program and options, without the file; the program comes first. Part of a
// template's key: any change here makes new templates. Nothing of the file
// system is left to the program's defaults or configuration file, so that
// what one machine makes is what every machine makes. An option of the spec
// takes the place of ours: of a list, only the entries that it names.
std::vector<std::string> MkfsCommand(const MkfsSpec& spec);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_MKFS_H_
