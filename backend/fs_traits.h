// What the driver knows of the file systems that a volume can have: one row
// per type. How they are made is backend/pool/mkfs.cc's alone.

#ifndef HOLDFAST_BACKEND_FS_TRAITS_H_
#define HOLDFAST_BACKEND_FS_TRAITS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::backend {

struct FsTraits {
  std::string name;           // "ext4"
  int64_t minimum_bytes = 0;  // of a volume with it
  // With every mount of it: name and value, an empty value for a flag.
  std::vector<std::pair<std::string, std::string>> mount_options;
  // Repairs, unmounted, what can be repaired without loss, where the
  // superblock asks for it: program and options, the device comes last. Exit
  // codes 0 and 1 are good. Empty: a person must look.
  std::vector<std::string> preen;
  // Grows it unmounted to the size of its device, after a forced preen.
  // Empty: it grows mounted only, which needs nothing but CAP_SYS_ADMIN.
  std::vector<std::string> grow;
  // What a person runs on a device that asks for a check, and where no
  // superblock is to be seen.
  std::string repair;
  std::string salvage;
  std::string package;  // that has these programs
  // What it cannot use at the end of a device is smaller than this.
  int64_t smallest_growth_bytes = 0;
};

// All of them.
const std::vector<FsTraits>& AllFsTraits();

// Null if no volume can have that type.
const FsTraits* FindFsTraits(const std::string& name);

// The fixed options of the type, and those of a user after them.
std::vector<std::pair<std::string, std::string>> WithFixedMountOptions(
    const std::string& fs_type,
    std::vector<std::pair<std::string, std::string>> options);

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_FS_TRAITS_H_
