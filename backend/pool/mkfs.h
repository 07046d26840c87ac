// How a template's file system is made: the command line, as data.

#ifndef HOLDFAST_BACKEND_POOL_MKFS_H_
#define HOLDFAST_BACKEND_POOL_MKFS_H_

#include <string>
#include <vector>

namespace holdfast::pool {

// Program and options, without the file; the program comes first. `fs_type` is
// one that FindFsType knows. Part of a template's key: any change here makes
// new templates.
std::vector<std::string> MkfsCommand(const std::string& fs_type);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_MKFS_H_
