#include "backend/pool/btrfs_offer.h"

#include <glog/logging.h>

#include <cerrno>

#include "backend/pool/errors.h"
#include "backend/pool/fs_types.h"
#include "backend/pool/loop_scan.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

constexpr char kBtrfs[] = "btrfs";

absl::Status Refusal() {
  return absl::InvalidArgumentError(
      "the kernel of this machine cannot have btrfs volumes: it does not mount "
      "two clones of one btrfs side by side. Ask for ext4 or xfs, or install a "
      "kernel from 6.7 on that has btrfs");
}

// "duplicate device": fs/btrfs/volumes.c, device_list_add, of a second device
// with the uuid of a mounted one.
bool IsTakenForTheOther(const absl::Status& status) {
  return IsErrno(status, EEXIST);
}

}  // namespace

absl::Status BtrfsOffer::Check(Operation& operation) {
  std::optional<bool> works;
  {
    absl::MutexLock lock(&mutex_);
    works = works_;
  }
  if (!works) {
    ASSIGN_OR_RETURN(works, Try(operation));
    LOG(INFO) << LogLine("btrfs_tried").Add("works", *works ? "yes" : "no");
    absl::MutexLock lock(&mutex_);
    works_ = works;
  }
  return *works ? absl::OkStatus() : Refusal();
}

bool BtrfsOffer::IsRefused() const {
  absl::MutexLock lock(&mutex_);
  return works_.has_value() && !*works_;
}

absl::StatusOr<bool> BtrfsOffer::Try(Operation& operation) {
  ASSIGN_OR_RETURN(const auto type, FindFsType(kBtrfs));
  ASSIGN_OR_RETURN(
      const UniqueFd image,
      parts_.templates.Open(
          {.fs_type = type.name, .size_bytes = type.minimum_bytes}, operation));
  operation.Step("try btrfs");
  Rollback rollback;
  const auto one = Attach(image, rollback);
  if (!one.ok()) return rollback.Undo(one.status());
  const auto other = Attach(image, rollback);
  if (!other.ok()) return rollback.Undo(other.status());
  const auto both = MountBoth(*one, *other);
  RETURN_IF_ERROR(rollback.Undo(both.status()));
  return both;
}

absl::StatusOr<int> BtrfsOffer::Attach(const UniqueFd& image,
                                       Rollback& rollback) {
  const auto file = parts_.files.CreateUnnamed(parts_.layout.Incoming());
  if (!file.ok()) return Meaning(file.status(), "make a file to try btrfs on");
  RETURN_IF_ERROR(Meaning(parts_.data_files.Clone(file->get(), image.get()),
                          "clone a template"));
  ASSIGN_OR_RETURN(const int number,
                   binder_.Bind(file->get(), {.name = kTrialDevice}));
  rollback.Add("detach " + os::LoopPath(number), [this, number] {
    binder_.NoteFree(number);
    return parts_.loops.Detach(number);
  });
  return number;
}

absl::StatusOr<bool> BtrfsOffer::MountBoth(int one, int other) {
  const auto first = parts_.file_systems.ShareMount(
      {.path = os::LoopPath(one), .fs_type = kBtrfs});
  // No btrfs at all; its module may still come.
  if (IsErrno(first.status(), ENODEV)) return Refusal();
  if (!first.ok()) return DeviceMeaning(first.status(), "mount a btrfs");
  const auto second = parts_.file_systems.ShareMount(
      {.path = os::LoopPath(other), .fs_type = kBtrfs});
  if (IsTakenForTheOther(second.status())) return false;
  if (!second.ok()) return DeviceMeaning(second.status(), "mount a btrfs");
  // A kernel that took the clone for the same file system would show it again.
  const auto seen = parts_.data_files.Stat(first->get());
  if (!seen.ok()) return DeviceMeaning(seen.status(), "look at a btrfs");
  const auto beside = parts_.data_files.Stat(second->get());
  if (!beside.ok()) return DeviceMeaning(beside.status(), "look at a btrfs");
  return seen->file_system != beside->file_system;
}

}  // namespace holdfast::pool
