#include "tests/root/load/load.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status.h"

namespace holdfast::root {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr size_t kMostObjects = 12;  // of each kind and caller
// Few, so that names are made, deleted and made again.
constexpr size_t kNames = 3 * kMostObjects;

}  // namespace

absl::Status Caller::Step() {
  if (volumes_.size() < 3) return Create();
  if (volumes_.size() > kMostObjects) return Delete();
  if (snapshots_.size() > kMostObjects) return DeleteSnapshot();
  switch (Roll(14)) {
    case 0:
    case 1:
    case 2:
      return Create();
    case 3:
    case 4:
      return Delete();
    case 5:
    case 6:
      return Expand();
    case 7:
    case 8:
      return Snapshot();
    case 9:
    case 10:
      return Publish();
    case 11:
    case 12:
      return Unpublish();
    default:
      return snapshots_.empty() ? Snapshot() : DeleteSnapshot();
  }
}

absl::Status Caller::Create() {
  Request request = AnyRequest();
  const std::string id = IdOf(IdKind::kVolume, request.args.name);
  spec_.history.Begin(id, request.state);
  const auto volume = spec_.csi.CreateVolume(request.args);
  RETURN_IF_ERROR(Annotate(volume.status(), "create"));
  if (volume->id != id) return absl::InternalError("another id: " + volume->id);
  spec_.history.Acknowledge(id);
  volumes_[id] = request.state;
  return absl::OkStatus();
}

absl::Status Caller::Delete() {
  const auto volume = Any(volumes_);
  spec_.history.Begin(volume->first, std::nullopt);
  RETURN_IF_ERROR(Annotate(spec_.csi.DeleteVolume(volume->first), "delete"));
  spec_.history.Acknowledge(volume->first);
  volumes_.erase(volume);
  return absl::OkStatus();
}

absl::Status Caller::Expand() {
  const auto volume = Any(volumes_);
  ObjectState state = volume->second;
  state.bytes += static_cast<int64_t>(1 + Roll(8)) * kMiB;
  spec_.history.Begin(volume->first, state);
  const auto bytes = spec_.csi.ControllerExpand(volume->first, state.bytes);
  RETURN_IF_ERROR(Annotate(bytes.status(), "expand"));
  spec_.history.Acknowledge(volume->first);
  volume->second = state;
  return absl::OkStatus();
}

// Of a volume that may be published already: that is acknowledged as well.
absl::Status Caller::Publish() {
  const auto volume = Any(volumes_);
  ObjectState state = volume->second;
  state.nodes = spec_.node;
  spec_.history.Begin(volume->first, state);
  RETURN_IF_ERROR(Annotate(
      spec_.csi.ControllerPublish(volume->first, spec_.node, state.access),
      "publish"));
  spec_.history.Acknowledge(volume->first);
  volume->second = state;
  return absl::OkStatus();
}

absl::Status Caller::Unpublish() {
  const auto volume = Any(volumes_);
  ObjectState state = volume->second;
  state.nodes.clear();
  spec_.history.Begin(volume->first, state);
  RETURN_IF_ERROR(Annotate(
      spec_.csi.ControllerUnpublish(volume->first, spec_.node), "unpublish"));
  spec_.history.Acknowledge(volume->first);
  volume->second = state;
  return absl::OkStatus();
}

absl::Status Caller::Snapshot() {
  const Objects::value_type& volume = AnyToCopy();
  const ObjectState cut = CopyOf(volume);
  const std::string name = FreshName(IdKind::kSnapshot);
  const std::string id = IdOf(IdKind::kSnapshot, name);
  spec_.history.Begin(id, cut);
  const auto snapshot = spec_.csi.CreateSnapshot(name, volume.first);
  RETURN_IF_ERROR(Annotate(snapshot.status(), "snapshot"));
  spec_.history.Acknowledge(id);
  snapshots_[id] = cut;
  return absl::OkStatus();
}

absl::Status Caller::DeleteSnapshot() {
  const auto snapshot = Any(snapshots_);
  spec_.history.Begin(snapshot->first, std::nullopt);
  RETURN_IF_ERROR(
      Annotate(spec_.csi.DeleteSnapshot(snapshot->first), "delete snapshot"));
  spec_.history.Acknowledge(snapshot->first);
  snapshots_.erase(snapshot);
  return absl::OkStatus();
}

// Two sizes, so that there are two templates.
Caller::Request Caller::AnyRequest() {
  Request request;
  CreateArgs& args = request.args;
  ObjectState& state = request.state;
  state.bytes = static_cast<int64_t>(1 + Roll(2)) * 16 * kMiB;
  const auto copy = [&](const Objects::value_type& source) {
    state = CopyOf(source);
    state.bytes += static_cast<int64_t>(Roll(3)) * kMiB;
    return source.first;
  };
  switch (Roll(4)) {
    case 0:
      if (snapshots_.empty()) break;
      args.from_snapshot = copy(*Any(snapshots_));
      break;
    case 1:
      args.from_volume = copy(AnyToCopy());
      break;
    case 2:
      state.access = Access::kBlock;
      break;
    default:
      break;
  }
  args.name = FreshName(IdKind::kVolume);
  args.bytes = state.bytes;
  args.access = state.access;
  return request;
}

// A name that no object has now; perhaps one that was deleted.
std::string Caller::FreshName(IdKind kind) {
  const Objects& taken = kind == IdKind::kVolume ? volumes_ : snapshots_;
  for (;;) {
    std::string name = absl::StrCat(spec_.name, " ", Roll(kNames));
    if (!taken.contains(IdOf(kind, name))) return name;
  }
}

std::string Caller::IdOf(IdKind kind, const std::string& name) const {
  return MakeId(spec_.pool[0], spec_.pool.substr(1), kind, name);
}

Caller::Objects::iterator Caller::Any(Objects& objects) {
  return std::next(objects.begin(),
                   static_cast<std::ptrdiff_t>(Roll(objects.size())));
}

const Caller::Objects::value_type& Caller::AnyToCopy() {
  const bool own = !volumes_.empty() && Roll(2) == 0;
  return *Any(own ? volumes_ : spec_.sources);
}

ObjectState Caller::CopyOf(const Objects::value_type& source) {
  return {.bytes = source.second.bytes,
          .source = source.first,
          .access = source.second.access,
          .data = source.second.data};
}

Load::Load(const std::vector<Caller::Spec>& callers) {
  for (const Caller::Spec& caller : callers) {
    threads_.emplace_back(&Load::Run, this, Caller(caller));
  }
}

absl::Status Load::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  const absl::MutexLock lock(&mutex_);
  return status_;
}

void Load::Run(Caller caller) {
  while (!stop_) {
    const absl::Status status = caller.Step();
    if (status.ok()) continue;
    const absl::MutexLock lock(&mutex_);
    status_.Update(status);
    stop_ = true;
  }
}

}  // namespace holdfast::root
