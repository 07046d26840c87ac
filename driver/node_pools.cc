#include "driver/node_pools.h"

#include <glog/logging.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/pool/layout.h"
#include "backend/pool/pool_file.h"
#include "backend/pool/pool_medium.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::driver {
namespace {

// Between two tries of a pool that another process has, and of one that is
// not as it should be.
constexpr absl::Duration kSoon = absl::Milliseconds(200);
constexpr absl::Duration kNowAndThen = absl::Seconds(5);

std::string NotOpen(const PoolPlace& place, absl::string_view why) {
  return absl::StrCat("the pool ", place.name, " (", Quote(place.path),
                      ") is not open here yet: ", why, "; try again");
}

// Disks are named by symlinks (/dev/disk/by-id), and may come late.
std::string Resolved(const std::string& path) {
  std::error_code error;
  const auto resolved = std::filesystem::canonical(path, error);
  return error ? path : resolved.string();
}

}  // namespace

NodePools::Slot::Slot(const PoolPlace& p)
    : place(p),
      late(NotOpen(p, "it is being read")),
      last(absl::UnavailableError(NotOpen(p, "it is being read"))) {}

NodePools::NodePools(const NodeOptions& options, const os::Kernel& kernel,
                     backend::VolumeFileSystem& file_systems)
    : options_(options),
      kernel_(kernel),
      file_systems_(file_systems),
      set_(Members()) {}

NodePools::~NodePools() { Close(); }

std::vector<backend::PoolSet::Member> NodePools::Members() {
  std::vector<backend::PoolSet::Member> members;
  for (const PoolPlace& place : options_.pools) {
    slots_.push_back(std::make_unique<Slot>(place));
    members.push_back({.name = place.name, .backend = slots_.back()->late});
  }
  return members;
}

void NodePools::Open() {
  for (const auto& slot : slots_) {
    slot->opener = std::thread([this, &slot] { OpenUntilStopped(*slot); });
  }
}

void NodePools::Close() {
  if (!stop_.HasBeenNotified()) stop_.Notify();
  for (const auto& slot : slots_) {
    if (slot->opener.joinable()) slot->opener.join();
    if (slot->pool != nullptr) slot->pool->Stop();
  }
}

absl::Status NodePools::CheckReady() const {
  std::vector<std::string> reasons;
  for (const auto& slot : slots_) {
    const absl::Status ready = slot->late.CheckReady();
    if (!ready.ok()) reasons.emplace_back(ready.message());
  }
  if (reasons.empty()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrJoin(reasons, "\n"));
}

absl::Status NodePools::CheckHope() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> reasons;
  for (const auto& slot : slots_) {
    if (slot->last.ok() || absl::IsUnavailable(slot->last)) {
      return absl::OkStatus();
    }
    reasons.emplace_back(slot->last.message());
  }
  return absl::Status(slots_.front()->last.code(),
                      absl::StrJoin(reasons, "\n"));
}

void NodePools::OpenUntilStopped(Slot& slot) {
  while (!stop_.HasBeenNotified()) {
    const absl::Status opened = TryOpen(slot);
    if (opened.ok()) return;
    NoteFailure(slot, opened);
    stop_.WaitForNotificationWithTimeout(
        absl::IsUnavailable(opened) ? kSoon : kNowAndThen);
  }
}

absl::Status NodePools::TryOpen(Slot& slot) {
  const pool::PoolFiles os{*kernel_.files, *kernel_.data_files};
  ASSIGN_OR_RETURN(
      const std::string directory,
      pool::OpenMedium({*kernel_.files, *kernel_.data_files, *kernel_.loops,
                        *kernel_.mounts},
                       {.path = Resolved(slot.place.path),
                        .mount_point = absl::StrCat(options_.pool_mounts, "/",
                                                    slot.place.name)}));
  const pool::Layout layout(directory);
  ASSIGN_OR_RETURN(const pool::PoolHeader header, ReadHeader(os, layout));
  RETURN_IF_ERROR(Claim(slot.place.name, header.uuid));
  ASSIGN_OR_RETURN(slot.pool,
                   pool::PoolBackend::Open(
                       {.files = *kernel_.files,
                        .data_files = *kernel_.data_files,
                        .loops = *kernel_.loops,
                        .commands = *kernel_.commands,
                        .volume_file_systems = file_systems_},
                       layout.root(),
                       {.name = slot.place.name,
                        .reserve_ratio = options_.pool_reserve_ratio,
                        .overcommit_ratio = options_.pool_overcommit_ratio,
                        .default_fs_type = options_.default_fs_type,
                        .trash_retention = options_.trash_retention}));
  LOG(INFO) << LogLine("pool_open")
                   .Add("pool", slot.place.name)
                   .Add("place", slot.place.path)
                   .Add("uuid", slot.pool->uuid())
                   .Add("home", HomeOf(slot.pool->uuid()));
  slot.pool->Start();
  slot.late.Set(*slot.pool);
  absl::MutexLock lock(&mutex_);
  slot.last = absl::OkStatus();
  return absl::OkStatus();
}

absl::Status NodePools::Claim(const std::string& name,
                              const std::string& uuid) {
  absl::MutexLock lock(&mutex_);
  const auto claim = names_by_uuid_.emplace(uuid, name).first;
  if (claim->second == name) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the pools ", claim->second, " and ", name, " are one pool, or one is a ",
      "copy of the other: both have the uuid ", uuid,
      ". Give it to --pool once"));
}

// Each reason once: it is tried again and again.
void NodePools::NoteFailure(Slot& slot, const absl::Status& failure) {
  slot.late.SetReason(NotOpen(slot.place, failure.message()));
  {
    absl::MutexLock lock(&mutex_);
    if (slot.last == failure) return;
    slot.last = failure;
  }
  const bool passes = absl::IsUnavailable(failure);
  LOG(WARNING) << LogLine(passes ? "waiting_for_pool" : "pool_refused")
                      .Add("pool", slot.place.name)
                      .Add("place", slot.place.path)
                      .Add("error", failure.message());
}

}  // namespace holdfast::driver
