// A CSI driver as a contender.

#include <filesystem>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/bench/contender.h"

namespace holdfast::bench {
namespace {

class Driver final : public Contender {
 public:
  Driver(root::Csi& csi, const ContenderSpec& spec)
      : csi_(csi), spec_(spec), volumes_(static_cast<size_t>(spec.volumes)) {
    for (int i = 0; i < spec.volumes; ++i) {
      root::NodeArgs& args = volumes_[static_cast<size_t>(i)];
      args.staging_path = absl::StrCat(spec.directory, "/s/", i);
      args.target_path = Target(i);
      args.access = spec.access;
    }
    std::filesystem::create_directories(spec.directory + "/s");
    std::filesystem::create_directories(spec.directory + "/t");
  }

  absl::Status Prepare(int number) override {
    std::filesystem::create_directory(Of(number).staging_path);
    return absl::OkStatus();
  }

  absl::Status Run(Step step, int number) override {
    root::NodeArgs& args = Of(number);
    switch (step) {
      case Step::kCreate:
        return Create(number, args);
      case Step::kStage:
        return csi_.Stage(args);
      case Step::kPublish:
        return csi_.Publish(args);
      case Step::kUnpublish:
        return csi_.Unpublish(args);
      case Step::kUnstage:
        return csi_.Unstage(args);
      case Step::kDelete:
        return csi_.DeleteVolume(args.volume_id);
      case Step::kUp:
        break;
    }
    return absl::InvalidArgumentError("not a step");
  }

  std::string Target(int number) const override {
    return absl::StrCat(spec_.directory, "/t/", number);
  }

 private:
  root::NodeArgs& Of(int number) {
    return volumes_[static_cast<size_t>(number)];
  }

  // No other contender's, whatever access type it is for.
  std::string Name(int number) const {
    return absl::StrCat(spec_.directory, " ", number);
  }

  absl::Status Create(int number, root::NodeArgs& args) {
    ASSIGN_OR_RETURN(const root::VolumeFact volume,
                     csi_.CreateVolume({.name = Name(number),
                                        .bytes = spec_.bytes,
                                        .access = spec_.access}));
    args.volume_id = volume.id;
    return absl::OkStatus();
  }

  root::Csi& csi_;
  const ContenderSpec spec_;
  std::vector<root::NodeArgs> volumes_;
};

}  // namespace

std::unique_ptr<Contender> MakeDriver(root::Csi& csi,
                                      const ContenderSpec& spec) {
  return std::make_unique<Driver>(csi, spec);
}

}  // namespace holdfast::bench
