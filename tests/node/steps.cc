#include "tests/node/steps.h"

#include "absl/strings/str_cat.h"

namespace holdfast::node {
namespace {

using backend::AccessType;

constexpr auto kMount = AccessType::kMount;
constexpr auto kBlock = AccessType::kBlock;

Step StageStep(AccessType type) {
  return {.name = type == kMount ? "StageMount" : "StageBlock",
          .type = type,
          .prepare = [type](World& world) { return world.MakeVolume(type); },
          .run =
              [type](World& world, const std::string& id) {
                return world.Stage(world.StageOf(id, type));
              },
          .rpc = "NodeStageVolume"};
}

// A volume that was expanded while nobody had it.
Step StageLargerStep(bool can_grow_mounted) {
  Step step = StageStep(kMount);
  step.name = can_grow_mounted ? "StageLarger" : "StageLargerByPrograms";
  step.prepare = [can_grow_mounted](World& world) {
    world.kernel().SetCanGrowMountedExt4(can_grow_mounted);
    const std::string id = world.MakeVolume(kMount);
    EXPECT_TRUE(world.ExpandVolume(id, 512 * kMiB).ok());
    return id;
  };
  return step;
}

std::string PrepareStaged(World& world, AccessType type) {
  const std::string id = world.MakeVolume(type);
  EXPECT_TRUE(world.Stage(world.StageOf(id, type)).ok());
  return id;
}

Step PublishStep(AccessType type, bool read_only) {
  return {
      .name = absl::StrCat("Publish", type == kMount ? "Mount" : "Block",
                           read_only ? "ReadOnly" : ""),
      .type = type,
      .prepare = [type](World& world) { return PrepareStaged(world, type); },
      .run =
          [type, read_only](World& world, const std::string& id) {
            PublishSpec spec = world.PublishOf(id, type);
            spec.read_only = read_only;
            // The mode with most to look at.
            spec.capability.access_mode =
                backend::AccessMode::kSingleNodeSingleWriter;
            return world.Publish(spec);
          },
      .rpc = "NodePublishVolume"};
}

Step UnpublishStep(AccessType type, bool read_only) {
  const Step publish = PublishStep(type, read_only);
  return {.name = absl::StrCat("Un", publish.name),
          .type = type,
          .prepare =
              [publish](World& world) {
                const std::string id = publish.prepare(world);
                EXPECT_TRUE(publish.run(world, id).ok());
                return id;
              },
          .run = [](World& world,
                    const std::string& id) { return world.Unpublish(id); },
          .undoes = true,
          .rpc = "NodeUnpublishVolume"};
}

// The last path of a volume that was unstaged under it.
Step UnpublishLastStep(AccessType type) {
  Step step = UnpublishStep(type, /*read_only=*/false);
  step.name = absl::StrCat("Last", step.name);
  step.prepare = [prepare = step.prepare](World& world) {
    const std::string id = prepare(world);
    EXPECT_TRUE(world.Unstage(id).ok());
    return id;
  };
  return step;
}

Step UnstageStep(AccessType type) {
  return {
      .name = type == kMount ? "UnstageMount" : "UnstageBlock",
      .type = type,
      .prepare = [type](World& world) { return PrepareStaged(world, type); },
      .run = [](World& world,
                const std::string& id) { return world.Unstage(id); },
      .undoes = true,
      .rpc = "NodeUnstageVolume"};
}

Step ExpandStep() {
  return {.name = "Expand",
          .prepare =
              [](World& world) {
                const std::string id = world.Published(kMount);
                world.kernel().SetCanGrowMountedExt4(false);
                EXPECT_FALSE(world.ExpandVolume(id, 512 * kMiB).ok());
                world.kernel().SetCanGrowMountedExt4(true);
                return id;
              },
          .run =
              [](World& world, const std::string& id) {
                return world.Expand({id, kTarget}).status();
              },
          .rpc = "NodeExpandVolume"};
}

std::string MakeTyped(World& world, const std::string& fs_type) {
  Operation operation("test");
  const auto volume =
      world.backend().CreateVolume({.name = "volume",
                                    .capacity = {.required_bytes = 512 * kMiB},
                                    .access_type = kMount,
                                    .fs_type = fs_type},
                                   operation);
  EXPECT_TRUE(volume.ok()) << volume.status();
  return volume.ok() ? volume->id : "";
}

// And larger than the file system on it, so that it grows.
Step StageTypedStep(const std::string& fs_type) {
  Step step = StageStep(kMount);
  step.name = absl::StrCat("StageLarger_", fs_type);
  step.prepare = [fs_type](World& world) {
    const std::string id = MakeTyped(world, fs_type);
    EXPECT_TRUE(world.ExpandVolume(id, 1024 * kMiB).ok());
    return id;
  };
  return step;
}

// A file system that asks to be repaired.
Step StageBrokenStep() {
  Step step = StageStep(kMount);
  step.name = "StageWithErrors";
  step.prepare = [](World& world) {
    const std::string id = world.MakeVolume(kMount);
    world.kernel().EditSuperblock(
        "/pool/volumes/" + id,
        {.type = "ext4", .size_bytes = 256 * kMiB, .has_errors = true});
    return id;
  };
  return step;
}

Step StatsStep(AccessType type) {
  return {.name = type == kMount ? "StatsMount" : "StatsBlock",
          .type = type,
          .prepare = [type](World& world) { return world.Published(type); },
          .run =
              [](World& world, const std::string& id) {
                return world.ReadStats(id, kTarget).status();
              },
          .rpc = "NodeGetVolumeStats"};
}

// DeleteVolume of what a kubelet that restarted never unstaged.
Step HealStep(AccessType type) {
  const std::string plugins = "/var/lib/kubelet/plugins/kubernetes.io/csi/";
  const std::string path =
      plugins + (type == kMount ? "holdfast.example/0a1b/globalmount"
                                : "volumeDevices/staging/pvc-1");
  return {.name = type == kMount ? "HealMount" : "HealBlock",
          .type = type,
          .prepare =
              [type, path](World& world) {
                const std::string id = world.MakeVolume(type);
                world.kernel().MakeDirectories(path);
                StageSpec spec = world.StageOf(id, type);
                spec.staging_path = path;
                EXPECT_TRUE(world.Stage(spec).ok());
                return id;
              },
          .run =
              [](World& world, const std::string& id) {
                const absl::Status gone = world.Delete(id);
                return absl::IsNotFound(gone) ? absl::OkStatus() : gone;
              },
          .undoes = true};
}

}  // namespace

std::vector<Step> Steps() {
  return {StageStep(kMount),
          StageStep(kBlock),
          StageLargerStep(true),
          StageLargerStep(false),
          PublishStep(kMount, false),
          PublishStep(kMount, true),
          PublishStep(kBlock, false),
          PublishStep(kBlock, true),
          UnpublishStep(kMount, false),
          UnpublishStep(kBlock, false),
          UnpublishStep(kBlock, true),
          UnpublishLastStep(kMount),
          UnpublishLastStep(kBlock),
          UnstageStep(kMount),
          UnstageStep(kBlock),
          ExpandStep(),
          StageTypedStep("xfs"),
          StageTypedStep("btrfs"),
          StageBrokenStep(),
          StatsStep(kMount),
          StatsStep(kBlock),
          HealStep(kMount)};
}

}  // namespace holdfast::node
