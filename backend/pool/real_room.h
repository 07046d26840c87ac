// What the file system of a pool really has free, beside what is promised.

#ifndef HOLDFAST_BACKEND_POOL_REAL_ROOM_H_
#define HOLDFAST_BACKEND_POOL_REAL_ROOM_H_

#include <cstdint>

#include "absl/status/status.h"
#include "backend/pool/layout.h"
#include "backend/pool/reservation.h"
#include "os/files.h"

namespace holdfast::pool {

// XFS takes a whole extent for each copy on write, and of a file that is open
// for writing it keeps what is not written, also when nobody shares it any
// more (docs/adr/2026-11-23-space-taken-ahead.md). Here it is asked back.
// Thread-safe.
class RealRoom {
 public:
  // What is referred to must outlive this object.
  struct Parts {
    os::Files& files;
    const Layout& layout;
    UsableSpace space;
  };

  explicit RealRoom(const Parts& parts) : parts_(parts) {}

  // Frees what was taken ahead of writes. To be done before a promise is given
  // back that covered it. What a file takes in while it is written to stays;
  // a failure is told in the log: the space may come back later.
  void FreeTakenAhead() const;

  // Whether `bytes` that were promised just now are there. Looks once, unless
  // the reserve is touched: then what was taken ahead is freed first.
  // RESOURCE_EXHAUSTED, with the numbers. A pool that promises more than it
  // has (overcommit_ratio above 1) is not asked.
  absl::Status Check(int64_t bytes) const;

 private:
  absl::StatusOr<int64_t> FreeBytes() const;

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_REAL_ROOM_H_
