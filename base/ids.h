// Ids of volumes and snapshots.
//
// An id says by itself where the object lives, and follows from the CSI name:
//
//   p0123456789abcdef-v<40 hex digits>
//   │└ pool            │└ name: SHA-256 of the CSI name, its first 160 bits
//   │  (SHA-256 of its │
//   │  uuid, 64 bits)  └ v: volume, s: snapshot
//   └ backend: p for the pool
//
// 59 bytes of [a-z0-9-]: safe as file name and image name, and fits the 63
// bytes of lo_file_name. It carries the pool, not the node: a disk may move and
// a node may be renamed.

#ifndef HOLDFAST_BASE_IDS_H_
#define HOLDFAST_BASE_IDS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace holdfast {

enum class IdKind { kVolume, kSnapshot };

// The parts of a well-formed id.
struct ParsedId {
  char backend;      // 'p'
  std::string home;  // 16 hex digits: the hash of the pool's uuid
  IdKind kind;
};

// Lower-case hex of the first `bytes` (at most 32) of the SHA-256 of `data`.
std::string Sha256Hex(absl::string_view data, size_t bytes = 32);

// The 16 hex digits by which ids name the pool with this uuid.
std::string HomeOf(absl::string_view pool_uuid);

// The id of the object that CSI calls `name`.
std::string MakeId(char backend, absl::string_view home, IdKind kind,
                   absl::string_view name);

// The parts of `id`; nothing if it is not of the form above.
std::optional<ParsedId> ParseId(absl::string_view id);

}  // namespace holdfast

#endif  // HOLDFAST_BASE_IDS_H_
