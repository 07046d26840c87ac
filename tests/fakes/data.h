// What is in a file of the fake disk.

#ifndef HOLDFAST_TESTS_FAKES_DATA_H_
#define HOLDFAST_TESTS_FAKES_DATA_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "os/data_files.h"
#include "os/file_systems.h"

namespace holdfast::fakes {

using InodeId = uint64_t;

// Allocation is in units of this many bytes.
inline constexpr int64_t kBlockBytes = 4096;

// A run of allocated bytes. Clones of a file share `physical`.
struct Extent {
  int64_t length = 0;
  int64_t physical = 0;
  bool is_written = true;  // false: allocated, and reads as zeros
};

// Contents are modelled, not stored: a text at the beginning, the ranges that
// hold data, and the file system that is inside if there is one.
struct Data {
  int64_t size = 0;
  std::string text;
  std::map<int64_t, Extent> extents;  // by offset; never overlapping
  std::map<std::string, std::string> attributes;
  os::ExtentHints hints;
  std::optional<os::Superblock> superblock;
  // The file system's own block size: no less than the device's logical one.
  uint32_t fs_block_bytes = 4096;
  // It was not unmounted cleanly: a mount replays the journal, and needs a
  // writable device for that.
  bool needs_recovery = false;
  // It was mounted since it was made or checked: resize2fs wants a check first.
  bool needs_check = false;
  // The root directory of the file system inside; zero if there is none.
  InodeId tree = 0;
};

// Marks the range as written, in blocks of its own from `physical` on: what a
// clone shares stays with the clone. Answers the bytes newly taken.
int64_t Allocate(Data& data, int64_t offset, int64_t length, int64_t physical);

// Takes the blocks of the range away, as a discard does.
void Punch(Data& data, int64_t offset, int64_t length);

// Cuts the file to `size`, or makes it longer without allocating.
void Resize(Data& data, int64_t size);

// No data was written, or all of it was punched out (SEEK_DATA finds none).
bool IsBlank(const Data& data);

int64_t AllocatedBytes(const Data& data);

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_DATA_H_
