// What a pool stores with a data file, to and from the driver's own types.

#ifndef HOLDFAST_BACKEND_POOL_RECORD_H_
#define HOLDFAST_BACKEND_POOL_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/types.h"

namespace holdfast::pool {

// The extended attribute that holds the record.
inline constexpr char kRecordAttribute[] = "user.holdfast.record";
inline constexpr size_t kMaximumRecordBytes = 8192;

// A snapshot with what only the pool wants to know of it.
struct StoredSnapshot {
  backend::Snapshot snapshot;
  // Bytes its file held when it was cut: the space promised to it.
  int64_t allocated_bytes = 0;
};

// The serialized holdfast.v1.VolumeRecord or SnapshotRecord. INVALID_ARGUMENT
// if it is larger than kMaximumRecordBytes. Id and size are not in it.
absl::StatusOr<std::string> EncodeVolume(const backend::Volume& volume);
absl::StatusOr<std::string> EncodeSnapshot(const StoredSnapshot& stored);

// `bytes`, a volume's record, with these publications. What a later version
// of this program has put in stays as it is.
absl::StatusOr<std::string> ReplacePublications(
    const std::string& bytes,
    const std::vector<backend::Publication>& publications);

// The object that `bytes` describe, without id and size. DATA_LOSS if they are
// not a whole record; FAILED_PRECONDITION, naming the field, for a value that
// only a later version of this program knows.
absl::StatusOr<backend::Volume> DecodeVolume(const std::string& bytes);
absl::StatusOr<StoredSnapshot> DecodeSnapshot(const std::string& bytes);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_RECORD_H_
