// Volumes in use, larger copies, a full cache of templates, and questions.

#include "tests/backend/pool/scenarios.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;
using backend::ContentSource;

std::string IdOf(PoolFixture& f, const std::string& name) {
  return f.pool->VolumeId({.name = name}).value();
}

backend::VolumeSpec Typed(const std::string& fs_type) {
  return {.name = "a",
          .capacity = {.required_bytes = 512 * kMiB},
          .fs_type = fs_type};
}

void MountVolume(PoolFixture& f, const backend::VolumeSpec& spec) {
  const auto attachment = f.Attach(f.Create(spec).id);
  const auto mount = f.kernel.mounts().MountDevice(
      {.device = attachment.device_path, .fs_type = spec.fs_type});
  ASSERT_TRUE(mount.ok()) << mount.status();
  ASSERT_TRUE(f.kernel.mounts().Attach(mount->get(), "/mnt").ok());
}

Scenario ExpandMountedStep(const std::string& name,
                           const backend::VolumeSpec& spec) {
  return {"ExpandMounted_" + name,
          [spec](PoolFixture& f) { MountVolume(f, spec); },
          [](PoolFixture& f, backend::Backend& b) {
            return b.ExpandVolume(IdOf(f, "a"), {128 * kMiB, 0}, f.operation)
                .status();
          }};
}

backend::VolumeSpec Thick() {
  backend::VolumeSpec spec = Typed("ext4");
  spec.parameters = {{kProvisioningParameter, "thick"}};
  return spec;
}

std::vector<Scenario> InUse() {
  return {
      ExpandMountedStep("xfs", Typed("xfs")),
      ExpandMountedStep("btrfs", Typed("btrfs")),
      ExpandMountedStep("thick", Thick()),
      {"ExpandAttachedTwice",
       [](PoolFixture& f) {
         const auto id = f.Create(f.BlockSpec("a")).id;
         f.Attach(id);
         EXPECT_TRUE(
             f.pool->Attach(id, AttachMode::kReadOnly, f.operation).ok());
       },
       [](PoolFixture& f, backend::Backend& b) {
         return b.ExpandVolume(IdOf(f, "a"), {128 * kMiB, 0}, f.operation)
             .status();
       }},
      {"SnapshotOfMountedXfs",
       [](PoolFixture& f) { MountVolume(f, Typed("xfs")); },
       [](PoolFixture& f, backend::Backend& b) {
         return b.CreateSnapshot(f.SnapshotOf(IdOf(f, "a"), "s"), f.operation)
             .status();
       }},
      {"DetachReadOnlyBeside",
       [](PoolFixture& f) {
         const auto id = f.Create(f.Spec("a")).id;
         f.Attach(id);
         EXPECT_TRUE(
             f.pool->Attach(id, AttachMode::kReadOnly, f.operation).ok());
       },
       [](PoolFixture& f, backend::Backend& b) {
         return b.Detach(IdOf(f, "a"), AttachMode::kReadOnly, f.operation);
       }},
  };
}

backend::VolumeSpec LargerCopy(ContentSource::Kind kind,
                               const std::string& id) {
  backend::VolumeSpec spec{.name = "copy",
                           .capacity = {.required_bytes = 128 * kMiB}};
  spec.source = {kind, id};
  return spec;
}

std::vector<Scenario> Copies() {
  return {
      {"RestoreLarger",
       [](PoolFixture& f) { f.Cut(f.Create(f.Spec("a")).id, "s"); },
       [](PoolFixture& f, backend::Backend& b) {
         const auto id = f.pool->SnapshotId({.name = "s"}).value();
         return b
             .CreateVolume(LargerCopy(ContentSource::Kind::kSnapshot, id),
                           f.operation)
             .status();
       }},
      {"CloneOfMountedLargerAndThick",
       [](PoolFixture& f) {
         auto spec = f.Spec("a");
         spec.fs_type = "ext4";
         MountVolume(f, spec);
       },
       [](PoolFixture& f, backend::Backend& b) {
         auto spec = LargerCopy(ContentSource::Kind::kVolume, IdOf(f, "a"));
         spec.parameters = {{kProvisioningParameter, "thick"}};
         return b.CreateVolume(spec, f.operation).status();
       }},
      {"CreateThatDropsATemplate",
       [](PoolFixture& f) {
         f.options.template_cache = 1;
         f.Reopen();
         f.Create(f.Spec("warm-up"));
       },
       [](PoolFixture& f, backend::Backend& b) {
         auto spec = f.Spec("x");
         spec.capacity.required_bytes = 128 * kMiB;
         return b.CreateVolume(spec, f.operation).status();
       }},
  };
}

// They change nothing; a failure is said, and is no other answer.
std::vector<Scenario> Questions() {
  const auto attached = [](PoolFixture& f) {
    const auto id = f.Create(f.Spec("a")).id;
    f.Cut(id, "s");
    f.Attach(id);
  };
  return {
      {"GetSnapshot", attached,
       [](PoolFixture& f, backend::Backend& b) {
         return b.GetSnapshot(f.pool->SnapshotId({.name = "s"}).value())
             .status();
       }},
      {"GetPool", attached,
       [](PoolFixture&, backend::Backend& b) {
         return b.GetPool(b.Pools().front().home).status();
       }},
      {"FindAttachment", attached,
       [](PoolFixture& f, backend::Backend& b) {
         return b.FindAttachment(IdOf(f, "a"), AttachMode::kReadWrite).status();
       }},
      {"IsClaimed", attached,
       [](PoolFixture& f, backend::Backend& b) {
         return b.IsClaimed(IdOf(f, "a"), AttachMode::kReadWrite).status();
       }},
      {"ListAttached", attached,
       [](PoolFixture&, backend::Backend& b) {
         return b.ListAttached().status();
       }},
  };
}

}  // namespace

std::vector<Scenario> UseScenarios() {
  std::vector<Scenario> all;
  for (const auto& group : {InUse(), Copies(), Questions()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace holdfast::pool
