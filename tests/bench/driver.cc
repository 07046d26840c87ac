// The driver as a contender.

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/bench/contender.h"

namespace holdfast::bench {
namespace {

class Driver final : public Contender {
 public:
  Driver(root::World& world, int volumes)
      : world_(world), volumes_(static_cast<size_t>(volumes)) {}

  absl::Status Run(Step step, int number) override {
    root::NodeArgs& args = volumes_[static_cast<size_t>(number)];
    root::Csi& csi = world_.csi();
    switch (step) {
      case Step::kCreate:
        return Create(number, args);
      case Step::kStage:
        return csi.Stage(args);
      case Step::kPublish:
        return csi.Publish(args);
      case Step::kUnpublish:
        return csi.Unpublish(args);
      case Step::kUnstage:
        return csi.Unstage(args);
      case Step::kDelete:
        return csi.DeleteVolume(args.volume_id);
      case Step::kUp:
        break;
    }
    return absl::InvalidArgumentError("not a step");
  }

 private:
  absl::Status Create(int number, root::NodeArgs& args) {
    ASSIGN_OR_RETURN(
        const root::VolumeFact volume,
        world_.csi().CreateVolume(
            {.name = absl::StrCat("bench ", number), .bytes = kVolumeBytes}));
    // What the kubelet does: two directories.
    args = world_.Places(volume.id, root::Access::kMount);
    return absl::OkStatus();
  }

  root::World& world_;
  std::vector<root::NodeArgs> volumes_;
};

}  // namespace

std::unique_ptr<Contender> MakeDriver(root::World& world, int volumes) {
  return std::make_unique<Driver>(world, volumes);
}

}  // namespace holdfast::bench
