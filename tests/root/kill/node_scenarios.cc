// Calls that bring volumes to containers and take them back.

#include <fcntl.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSize = 32 * kMiB;
constexpr int64_t kGrowth = 32 * kMiB;

// What is done with a fresh volume, in order; one step is the call under test.
enum class Stage { kStage, kPublish, kUnpublish, kUnstage };

struct Kind {
  Access access = Access::kMount;
  Writable writable = Writable::kReadWrite;
  FsKind fs = {"", kSize};
};

class NodeScenario final : public Scenario {
 public:
  NodeScenario(World& world, Stage stage, Kind kind)
      : Scenario(world), stage_(stage), kind_(kind) {}

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(const VolumeFact volume,
                     csi().CreateVolume({.name = absl::StrCat(
                                             "used ", kind_.fs.type, ++round_),
                                         .bytes = kind_.fs.bytes,
                                         .access = kind_.access,
                                         .fs_type = kind_.fs.type}));
    args_ = world().Places(volume.id, kind_.access);
    args_.writable = kind_.writable;
    for (const Stage step :
         {Stage::kStage, Stage::kPublish, Stage::kUnpublish}) {
      if (step >= stage_) break;
      RETURN_IF_ERROR(Do(step));
    }
    return absl::OkStatus();
  }

  absl::Status Call() override { return Do(stage_); }

  absl::Status Verify() override {
    const size_t staged = stage_ == Stage::kUnstage ? 0 : 1;
    const size_t published = stage_ == Stage::kPublish ? 1 : 0;
    // The device node of a block volume is bound somewhere below the staging
    // path.
    RETURN_IF_ERROR(Must(MountsBelow(args_.staging_path).size() == staged,
                         absl::StrCat("staged ", staged, " times")));
    RETURN_IF_ERROR(Must(MountsBelow(args_.target_path).size() == published,
                         absl::StrCat("published ", published, " times")));
    if (stage_ == Stage::kPublish) return VerifyPublished();
    // The volume can still go through everything.
    NodeArgs writable = args_;
    writable.writable = Writable::kReadWrite;
    RETURN_IF_ERROR(world().Bring(writable));
    RETURN_IF_ERROR(UseVolume(writable, round_));
    return csi().Unpublish(writable);
  }

  absl::Status Clean() override {
    RETURN_IF_ERROR(world().TakeBack(args_));
    return csi().DeleteVolume(args_.volume_id);
  }

 private:
  absl::Status Do(Stage stage) {
    switch (stage) {
      case Stage::kStage:
        return csi().Stage(args_);
      case Stage::kPublish:
        return csi().Publish(args_);
      case Stage::kUnpublish:
        return csi().Unpublish(args_);
      case Stage::kUnstage:
        return csi().Unstage(args_);
    }
    return absl::OkStatus();
  }

  absl::Status VerifyPublished() {
    if (kind_.writable == Writable::kReadWrite) return UseVolume(args_, round_);
    const std::string path = kind_.access == Access::kBlock
                                 ? args_.target_path
                                 : args_.target_path + "/file";
    return Must(!WriteAt(path, 0, "x").ok(), "not writable");
  }

  const Stage stage_;
  const Kind kind_;
  uint64_t round_ = 0;
  NodeArgs args_;
};

// A restored volume that is larger than its file system.
class StageGrowing final : public Scenario {
 public:
  StageGrowing(World& world, FsKind fs) : Scenario(world), fs_(std::move(fs)) {}

  absl::Status SetUp() override {
    ASSIGN_OR_RETURN(const VolumeFact volume,
                     csi().CreateVolume({.name = "small " + fs_.type,
                                         .bytes = fs_.bytes,
                                         .fs_type = fs_.type}));
    const NodeArgs small = world().Places(volume.id, Access::kMount);
    RETURN_IF_ERROR(world().Bring(small));
    ASSIGN_OR_RETURN(small_bytes_, FileSystemBytes(small.target_path));
    RETURN_IF_ERROR(world().TakeBack(small));
    ASSIGN_OR_RETURN(const SnapshotFact snapshot,
                     csi().CreateSnapshot("small " + fs_.type, volume.id));
    snapshot_ = snapshot.id;
    return absl::OkStatus();
  }

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(
        const VolumeFact volume,
        csi().CreateVolume({.name = absl::StrCat("grown ", fs_.type, ++round_),
                            .bytes = fs_.bytes + kGrowth,
                            .from_snapshot = snapshot_}));
    args_ = world().Places(volume.id, Access::kMount);
    return absl::OkStatus();
  }

  absl::Status Call() override { return csi().Stage(args_); }

  absl::Status Verify() override {
    RETURN_IF_ERROR(csi().Publish(args_));
    RETURN_IF_ERROR(UseVolume(args_, round_));
    ASSIGN_OR_RETURN(const int64_t bytes, FileSystemBytes(args_.target_path));
    return Must(bytes > small_bytes_ + kGrowth / 2,
                "the file system has grown");
  }

  absl::Status Clean() override {
    RETURN_IF_ERROR(world().TakeBack(args_));
    return csi().DeleteVolume(args_.volume_id);
  }

 private:
  const FsKind fs_;
  int64_t small_bytes_ = 0;  // of the file system that was copied
  std::string snapshot_;
  uint64_t round_ = 0;
  NodeArgs args_;
};

// The same with the other file systems.
NamedScenario WithFileSystems(NamedScenario named, Stage stage) {
  for (const FsKind& fs : OtherFileSystems()) {
    named.variants.emplace_back(fs.type, [stage, fs](World& world) {
      return std::make_unique<NodeScenario>(world, stage, Kind{.fs = fs});
    });
  }
  return named;
}

NamedScenario StageGrowingOfAll() {
  const auto make = [](const FsKind& fs) {
    return [fs](World& world) {
      return std::make_unique<StageGrowing>(world, fs);
    };
  };
  NamedScenario named = {"StageGrowing", make({"", kSize})};
  for (const FsKind& fs : OtherFileSystems()) {
    named.variants.emplace_back(fs.type, make(fs));
  }
  return named;
}

NamedScenario NamedStep(const std::string& name, Stage stage, Kind kind = {}) {
  return {name, [stage, kind](World& world) {
            return std::make_unique<NodeScenario>(world, stage, kind);
          }};
}

}  // namespace

std::vector<NamedScenario> NodeScenarios() {
  const Kind kBlock = {.access = Access::kBlock};
  const Kind kReadOnly = {.writable = Writable::kReadOnly};
  const Kind kReadOnlyBlock = {.access = Access::kBlock,
                               .writable = Writable::kReadOnly};
  return {
      WithFileSystems(NamedStep("StageMount", Stage::kStage), Stage::kStage),
      NamedStep("StageBlock", Stage::kStage, kBlock),
      StageGrowingOfAll(),
      WithFileSystems(NamedStep("PublishMount", Stage::kPublish),
                      Stage::kPublish),
      NamedStep("PublishMountReadOnly", Stage::kPublish, kReadOnly),
      NamedStep("PublishBlock", Stage::kPublish, kBlock),
      NamedStep("PublishBlockReadOnly", Stage::kPublish, kReadOnlyBlock),
      NamedStep("UnpublishMount", Stage::kUnpublish),
      NamedStep("UnpublishBlock", Stage::kUnpublish, kBlock),
      NamedStep("UnpublishBlockReadOnly", Stage::kUnpublish, kReadOnlyBlock),
      WithFileSystems(NamedStep("UnstageMount", Stage::kUnstage),
                      Stage::kUnstage),
      NamedStep("UnstageBlock", Stage::kUnstage, kBlock),
  };
}

}  // namespace holdfast::root
