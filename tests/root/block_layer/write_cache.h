// A disk with a cache: what is on its medium, and what is written and not yet
// flushed.

#ifndef HOLDFAST_TESTS_ROOT_BLOCK_LAYER_WRITE_CACHE_H_
#define HOLDFAST_TESTS_ROOT_BLOCK_LAYER_WRITE_CACHE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "tests/root/block_layer/survivors.h"

namespace holdfast::root {

struct CacheCounts {
  int64_t writes = 0;
  int64_t flushes = 0;
  int64_t cached = 0;    // writes that no flush has made durable yet
  int64_t at_stake = 0;  // such writes in all cuts
};

// The medium is a file, on an XFS with reflink if it is to be cut. Only Flush
// changes it. Not thread-safe.
class WriteCache {
 public:
  explicit WriteCache(UniqueFd medium) : medium_(std::move(medium)) {}

  absl::StatusOr<int64_t> Size() const;
  void Write(int64_t offset, std::string bytes);
  void WriteZeros(int64_t offset, int64_t size);
  // What was written last, flushed or not.
  absl::StatusOr<std::string> Read(int64_t offset, int64_t size) const;

  // The writes so far. A flush covers those that were complete before it was
  // asked for and need not cover any other (Linux,
  // Documentation/block/writeback_cache_control.rst).
  int64_t written() const { return counts_.writes; }
  // Makes the first `written` of all writes durable.
  absl::Status Flush(int64_t written);

  // Makes the file `image`, which must not exist: the medium as a power cut of
  // this moment would leave it.
  absl::Status Cut(const CutSpec& spec, const std::string& image);

  CacheCounts counts() const;

 private:
  struct CachedWrite {
    int64_t offset = 0;
    int64_t size = 0;
    std::string bytes;  // empty: zeros
  };

  void Add(CachedWrite write);
  static absl::Status Apply(int file, const CachedWrite& write,
                            const Piece& piece);

  const UniqueFd medium_;
  std::deque<CachedWrite> cached_;  // in order of their arrival
  CacheCounts counts_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_BLOCK_LAYER_WRITE_CACHE_H_
