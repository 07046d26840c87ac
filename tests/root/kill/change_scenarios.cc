// Calls that change volumes: their size, and where they are published.

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSize = 32 * kMiB;
constexpr int64_t kGrowth = 32 * kMiB;

enum class Use { kOffline, kOnline };

class Expand final : public Scenario {
 public:
  Expand(World& world, Access access, Use use, CreateArgs create = {})
      : Scenario(world),
        access_(access),
        use_(use),
        create_(std::move(create)) {}

  absl::Status Prepare() override {
    CreateArgs create = create_;
    create.name = absl::StrCat("expanded ", create_.name, ++round_);
    create.bytes = Size();
    create.access = access_;
    ASSIGN_OR_RETURN(const VolumeFact volume, csi().CreateVolume(create));
    args_ = world().Places(volume.id, access_);
    RETURN_IF_ERROR(world().Bring(args_));
    RETURN_IF_ERROR(WriteAt(DataPath(), 0, Bytes(round_, 1 << 16)));
    if (access_ == Access::kMount) {
      ASSIGN_OR_RETURN(bytes_before_, FileSystemBytes(args_.target_path));
    }
    if (use_ == Use::kOnline) return absl::OkStatus();
    return world().TakeBack(args_);
  }

  absl::Status Call() override {
    ASSIGN_OR_RETURN(const int64_t bytes,
                     csi().ControllerExpand(args_.volume_id, Larger()));
    return Must(bytes == Larger(), "as large as asked");
  }

  absl::Status Verify() override {
    if (use_ == Use::kOffline) RETURN_IF_ERROR(world().Bring(args_));
    RETURN_IF_ERROR(VerifySize());
    ASSIGN_OR_RETURN(const std::string data, ReadAt(DataPath(), 0, 1 << 16));
    return Must(data == Bytes(round_, 1 << 16), "the data is still there");
  }

  absl::Status Clean() override {
    RETURN_IF_ERROR(world().TakeBack(args_));
    return csi().DeleteVolume(args_.volume_id);
  }

 private:
  int64_t Size() const { return create_.bytes > 0 ? create_.bytes : kSize; }
  int64_t Larger() const { return Size() + kGrowth; }

  std::string DataPath() const {
    return access_ == Access::kBlock ? args_.target_path
                                     : args_.target_path + "/data";
  }

  absl::Status VerifySize() {
    if (access_ == Access::kBlock) {
      ASSIGN_OR_RETURN(const int64_t bytes, SizeOf(args_.target_path));
      return Must(bytes == Larger(), "the device has grown");
    }
    ASSIGN_OR_RETURN(const int64_t bytes, FileSystemBytes(args_.target_path));
    return Must(bytes > bytes_before_ + kGrowth / 2,
                "the file system has grown");
  }

  const Access access_;
  const Use use_;
  const CreateArgs create_;
  uint64_t round_ = 0;
  NodeArgs args_;
  int64_t bytes_before_ = 0;  // of the file system
};

enum class Way { kDo, kUndo };

class ControllerPublish final : public Scenario {
 public:
  ControllerPublish(World& world, Way way) : Scenario(world), way_(way) {}

  absl::Status SetUp() override {
    ASSIGN_OR_RETURN(const VolumeFact volume,
                     csi().CreateVolume({.name = "published", .bytes = kSize}));
    id_ = volume.id;
    return absl::OkStatus();
  }

  absl::Status Prepare() override {
    return way_ == Way::kDo ? absl::OkStatus() : Publish();
  }
  absl::Status Call() override {
    return way_ == Way::kDo ? Publish() : Unpublish();
  }

  absl::Status Verify() override {
    ASSIGN_OR_RETURN(const auto volumes, csi().ListVolumes());
    for (const VolumeFact& volume : volumes) {
      if (volume.id != id_) continue;
      return Must(volume.published_nodes.empty() == (way_ == Way::kUndo),
                  "listed as published, or not");
    }
    return absl::NotFoundError(id_);
  }

  absl::Status Clean() override { return Unpublish(); }

 private:
  absl::Status Publish() {
    return csi().ControllerPublish(id_, world().daemons().spec().node_id);
  }
  absl::Status Unpublish() {
    return csi().ControllerUnpublish(id_, world().daemons().spec().node_id);
  }

  const Way way_;
  std::string id_;
};

// Of the other file systems, and of a thick volume.
NamedScenario ExpandOfAll() {
  NamedScenario named =
      Named<Expand>("ExpandOffline", Access::kMount, Use::kOffline);
  const CreateArgs thick = {.name = "thick ",
                            .parameters = {{"provisioning", "thick"}}};
  named.variants.emplace_back(
      "thick", Named<Expand>("", Access::kMount, Use::kOffline, thick).make);
  return named;
}

// A mounted ext3 or ext4 grows only with CAP_SYS_RESOURCE.
NamedScenario ExpandOnlineOfAll() {
  NamedScenario named =
      Named<Expand>("ExpandOnlineBlock", Access::kBlock, Use::kOnline);
  for (const FsKind& fs : OtherFileSystems()) {
    if (fs.type == "ext3") continue;
    const CreateArgs create = {
        .name = fs.type, .bytes = fs.bytes, .fs_type = fs.type};
    named.variants.emplace_back(
        fs.type, Named<Expand>("", Access::kMount, Use::kOnline, create).make);
  }
  return named;
}

}  // namespace

std::vector<NamedScenario> ChangeScenarios() {
  return {
      ExpandOfAll(),
      ExpandOnlineOfAll(),
      Named<ControllerPublish>("ControllerPublish", Way::kDo),
      Named<ControllerPublish>("ControllerUnpublish", Way::kUndo),
  };
}

}  // namespace holdfast::root
