// The verbs of a race as CSI calls.

#ifndef HOLDFAST_TESTS_RACES_CSI_DRIVER_H_
#define HOLDFAST_TESTS_RACES_CSI_DRIVER_H_

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status.h"
#include "tests/races/driver.h"
#include "tests/root/fixture/csi.h"

namespace holdfast::races {

// Where the volume is to be seen, and how to see it past the driver.
struct Site {
  std::string home;  // of the pool, as ids have it
  root::Access access = root::Access::kMount;
  std::string fs_type;
  std::string staging_path;          // a directory that is there
  std::vector<std::string> targets;  // kTargets of them
  std::function<std::vector<std::string>()> mounted_paths;
  // Attached devices with this name.
  std::function<int(const std::string& volume_id)> devices;
  std::function<std::string()> violations;
};

// `Client` is root::Csi, or has the same methods. Both must outlive this.
template <typename Client>
class CsiDriver final : public Driver {
 public:
  CsiDriver(Client& client, Site site)
      : client_(client), site_(std::move(site)) {}

  std::string Id(IdKind kind, const std::string& name) const {
    return MakeId('p', site_.home, kind, name);
  }

  Outcome Do(const Action& action) override {
    const absl::StatusOr<int64_t> bytes = Answer(action);
    return {.code = bytes.status().code(),
            .bytes = bytes.value_or(0),
            .words = std::string(bytes.status().message())};
  }
  std::string Violations() override { return site_.violations(); }

 private:
  using Bytes = absl::StatusOr<int64_t>;

  static Bytes Zero(const absl::Status& status) {
    if (status.ok()) return 0;
    return status;
  }
  static std::string Volume() { return "raced"; }
  static std::string Snapshot(int which) { return absl::StrCat("cut", which); }
  static std::string Copy(int which) { return absl::StrCat("copy", which); }
  std::string VolumeId() const { return Id(IdKind::kVolume, Volume()); }
  std::string SnapshotId(int which) const {
    return Id(IdKind::kSnapshot, Snapshot(which));
  }
  std::string CopyId(int which) const {
    return Id(IdKind::kVolume, Copy(which));
  }

  Bytes Answer(const Action& action) {
    const int which = action.which;
    switch (action.verb) {
      case Verb::kCreate:
        return Create(Volume(), action.bytes, {});
      case Verb::kDelete:
        return Zero(client_.DeleteVolume(VolumeId()));
      case Verb::kExpand:
        return client_.ControllerExpand(VolumeId(), action.bytes);
      case Verb::kGet:
        return Find(client_.ListVolumes(), VolumeId());
      case Verb::kSnapshot:
        return Checked(client_.CreateSnapshot(Snapshot(which), VolumeId()),
                       SnapshotId(which));
      case Verb::kDeleteSnapshot:
        return Zero(client_.DeleteSnapshot(SnapshotId(which)));
      case Verb::kGetSnapshot:
        return Find(client_.ListSnapshots(), SnapshotId(which));
      case Verb::kCopy:
        return which == 0 ? Create(Copy(0), 0, {.from_snapshot = SnapshotId(0)})
                          : Create(Copy(which), 0, {.from_volume = VolumeId()});
      case Verb::kDeleteCopy:
        return Zero(client_.DeleteVolume(CopyId(which)));
      case Verb::kGetCopy:
        return Find(client_.ListVolumes(), CopyId(which));
      case Verb::kStage:
        return Zero(client_.Stage(Places(0)));
      case Verb::kUnstage:
        return Zero(client_.Unstage(Places(0)));
      case Verb::kPublish:
        return Zero(client_.Publish(Places(which)));
      case Verb::kUnpublish:
        return Zero(client_.Unpublish(Places(which)));
      case Verb::kLook:
        return Look();
    }
    return absl::UnknownError("no such verb");
  }

  Bytes Create(const std::string& name, int64_t bytes, root::CreateArgs args) {
    args.name = name;
    args.bytes = bytes;
    args.access = site_.access;
    args.fs_type = site_.fs_type;
    return Checked(client_.CreateVolume(args), Id(IdKind::kVolume, name));
  }

  template <typename Fact>
  static Bytes Checked(const absl::StatusOr<Fact>& made,
                       const std::string& id) {
    RETURN_IF_ERROR(made.status());
    if (made->id == id) return made->bytes;
    return absl::UnknownError(absl::StrCat(made->id, " instead of ", id));
  }

  template <typename Fact>
  static Bytes Find(const absl::StatusOr<std::vector<Fact>>& list,
                    const std::string& id) {
    RETURN_IF_ERROR(list.status());
    const auto is_it = [&id](const Fact& fact) { return fact.id == id; };
    const auto count = std::count_if(list->begin(), list->end(), is_it);
    if (count == 0) return absl::NotFoundError("not in the list");
    if (count > 1) return absl::UnknownError(absl::StrCat(id, " listed twice"));
    return std::find_if(list->begin(), list->end(), is_it)->bytes;
  }

  root::NodeArgs Places(int which) const {
    return {.volume_id = VolumeId(),
            .staging_path = site_.staging_path,
            .target_path = site_.targets[static_cast<size_t>(which)],
            .access = site_.access};
  }

  // A volume has one device exactly while it is to be seen somewhere.
  Bytes Look() const {
    const std::string staged = site_.access == root::Access::kBlock
                                   ? site_.staging_path + "/device"
                                   : site_.staging_path;
    State state;
    for (const std::string& path : site_.mounted_paths()) {
      if (path == staged) state.staged = true;
      for (size_t i = 0; i < state.published.size(); ++i) {
        if (path == site_.targets[i]) state.published[i] = true;
      }
    }
    const int devices = site_.devices(VolumeId());
    if (devices == (state.Places() == 0 ? 0 : 1)) return state.Places();
    return absl::UnknownError(
        absl::StrCat(devices, " devices for places ", state.Places()));
  }

  Client& client_;
  const Site site_;
};

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_CSI_DRIVER_H_
