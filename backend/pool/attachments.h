// Volumes as block devices of this machine.

#ifndef HOLDFAST_BACKEND_POOL_ATTACHMENTS_H_
#define HOLDFAST_BACKEND_POOL_ATTACHMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/clock.h"
#include "backend/pool/loop_binder.h"
#include "backend/pool/loop_hints.h"
#include "backend/pool/loop_scan.h"
#include "backend/types.h"
#include "base/unique_fd.h"
#include "os/data_files.h"
#include "os/files.h"
#include "os/loop.h"

namespace holdfast::pool {

// A data file that may be attached.
struct Attachable {
  std::string id;
  std::string path;
  uint32_t logical_block_bytes = 4096;
  os::Discards discards = os::Discards::kPassOn;
};

// One read-write loop device per data file, ever: two on one file mount
// without complaint and corrupt it silently. So a device is attached only
// when the write lease says that nobody has the file open, or when all who
// have are devices of ours in the other mode.
//
// What is attached is the kernel's to say. The index from id to number is a
// hint, rebuilt by one scan at start and verified at each use (backing inode,
// name and mode, LOOP_GET_STATUS64). A hint can be lost, so without one the
// write lease is asked, and if the file is open all loop devices are. Where
// that scan meets two read-write devices of ours on one file, nothing is done
// with either (FAILED_PRECONDITION, naming both). No destructor detaches
// anything.
//
// Thread-safe for different ids; the caller holds the key of the volume, but
// Find needs none, and FindLoop no more than a shared one: the other's short
// open of the file costs a scan and no more.
class Attachments {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    os::DataFiles& data_files;
    os::LoopDevices& loops;
    const Clock& clock;
  };

  explicit Attachments(const Parts& parts)
      : parts_(parts), binder_(parts.loops) {}

  // Fills the hints by a scan of all loop devices, and detaches those that a
  // process before this one, killed, has left of a trial on the file system of
  // the directory `pool`. Once, at start.
  absl::Status Load(const std::string& pool);

  // See backend::Backend. NOT_FOUND if there is no file; FAILED_PRECONDITION,
  // naming the holder, if others have it open; UNAVAILABLE if no loop device
  // could be had.
  absl::StatusOr<backend::Attachment> Attach(const Attachable& volume,
                                             backend::AttachMode mode);
  absl::Status Detach(const Attachable& volume, backend::AttachMode mode);
  // Also a device that goes away with its last user: it is the volume until
  // then, and what is mounted from it must be told from what is not. Believes
  // the hints alone and leaves them as they are: lists ask, without a key.
  absl::StatusOr<std::optional<backend::Attachment>> Find(
      const Attachable& volume, backend::AttachMode mode);
  absl::StatusOr<bool> IsClaimed(const Attachable& volume,
                                 backend::AttachMode mode);

  // The ids and modes that hints are of: what may be attached, in order. Also
  // what has other names than ids.
  std::vector<LoopHints::Key> Hinted() const { return hints_.Keys(); }

  // The device itself, for those who flush and grow it.
  absl::StatusOr<std::optional<LoopAttachment>> FindLoop(
      const Attachable& volume, backend::AttachMode mode);

  // OK if nobody has the file open. FAILED_PRECONDITION, naming the holder,
  // if someone has after about a second, or at once if it is a loop device;
  // HeldByOwnDevice if all loop devices on it are ours.
  absl::Status CheckUnused(const Attachable& volume);

 private:
  void EndTrial(int number, const os::LoopStatus& trial);
  absl::StatusOr<os::FileInfo> StatFile(const Attachable& volume) const;
  // What the hint says, verified.
  absl::StatusOr<std::optional<LoopAttachment>> LookUp(
      const Attachable& volume, backend::AttachMode mode) const;
  // And drops a hint that is wrong.
  absl::StatusOr<std::optional<LoopAttachment>> FindHinted(
      const Attachable& volume, backend::AttachMode mode);
  // What its attacher, killed, may not have come to do is done.
  absl::Status Mend(const Attachable& volume, backend::AttachMode mode,
                    int number);
  absl::StatusOr<backend::Attachment> Adopt(const Attachable& volume,
                                            backend::AttachMode mode,
                                            const LoopAttachment& found);
  // Waits until nothing stands against a new device of this mode. Answers a
  // device of that mode that is there already, if its hint was lost.
  absl::StatusOr<std::optional<LoopAttachment>> ClearTheWay(
      const Attachable& volume, backend::AttachMode mode);
  absl::StatusOr<LoopHolders> FindHolders(const Attachable& volume);
  absl::StatusOr<bool> IsDeviceClaimed(int number);
  absl::StatusOr<bool> IsOpen(const Attachable& volume);
  absl::StatusOr<bool> StaysOpen(const Attachable& volume);
  absl::StatusOr<bool> StaysAttached(const Attachable& volume,
                                     backend::AttachMode mode);
  absl::StatusOr<backend::Attachment> AttachNew(const Attachable& volume,
                                                backend::AttachMode mode);

  const Parts parts_;
  LoopBinder binder_;
  LoopHints hints_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_ATTACHMENTS_H_
