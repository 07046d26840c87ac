// Trees of files with known contents: the real input of the demo.

#ifndef HOLDFAST_CLI_TREE_H_
#define HOLDFAST_CLI_TREE_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace holdfast::cli {

// What a tree holds: the SHA-256 of each file's contents, in hex, by its path
// relative to the tree. Directories and links are there too, with what they
// are or point to in place of the hash.
struct Manifest {
  std::map<std::string, std::string> entries;
  int files = 0;
  int64_t bytes = 0;  // in files
};

struct TreeShape {
  int files = 200;
  int64_t bytes = 16 << 20;  // in all; spread unevenly
};

// Writes a tree of that shape into the existing directory `directory`, with
// pseudo-random contents, and answers what was written (hashed from what was
// meant to be written, not read back). Nothing is synced: that a snapshot holds
// what was written before it is for the driver to see to.
absl::StatusOr<Manifest> WriteTree(const std::string& directory,
                                   const TreeShape& shape);

// Copies `from` (files, directories and links) into the existing directory
// `to`, and answers what `from` holds.
absl::StatusOr<Manifest> CopyTree(const std::string& from,
                                  const std::string& to);

// Reads everything below `directory`. What a file system keeps there for
// itself (lost+found) is left out.
absl::StatusOr<Manifest> ReadTree(const std::string& directory);

// OK if the tree at `directory` holds exactly `expected`; DATA_LOSS naming
// the first difference otherwise.
absl::Status VerifyTree(const std::string& directory, const Manifest& expected);

// The size of the file system that `path` is on, in bytes.
absl::StatusOr<int64_t> FileSystemBytes(const std::string& path);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_TREE_H_
