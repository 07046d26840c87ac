#include "tests/backend/pool/scenarios.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;
using backend::ContentSource;

backend::VolumeSpec FromVolume(PoolFixture& fixture, const std::string& name) {
  backend::VolumeSpec spec{.name = "copy"};
  spec.source = {ContentSource::Kind::kVolume,
                 fixture.pool->VolumeId({.name = name}).value()};
  return spec;
}

void PrepareVolume(PoolFixture& fixture) { fixture.Create(fixture.Spec("a")); }

void PrepareMounted(PoolFixture& fixture) {
  fixture.Mount(fixture.Attach(fixture.Create(fixture.Spec("a")).id));
}

std::vector<Scenario> Creations() {
  return {
      {"CreateWithNewTemplate", [](PoolFixture&) {},
       [](PoolFixture& f, backend::Backend& b) {
         return b.CreateVolume(f.Spec("x"), f.operation).status();
       }},
      {"CreateFromTemplate",
       [](PoolFixture& f) { f.Create(f.Spec("warm-up")); },
       [](PoolFixture& f, backend::Backend& b) {
         return b.CreateVolume(f.Spec("x"), f.operation).status();
       }},
      {"CreateBlock", [](PoolFixture&) {},
       [](PoolFixture& f, backend::Backend& b) {
         return b.CreateVolume(f.BlockSpec("x"), f.operation).status();
       }},
      {"CloneOfMounted", PrepareMounted,
       [](PoolFixture& f, backend::Backend& b) {
         return b.CreateVolume(FromVolume(f, "a"), f.operation).status();
       }},
      {"Restore", [](PoolFixture& f) { f.Cut(f.Create(f.Spec("a")).id, "s"); },
       [](PoolFixture& f, backend::Backend& b) {
         backend::VolumeSpec spec{.name = "copy"};
         spec.source = {ContentSource::Kind::kSnapshot,
                        f.pool->SnapshotId({.name = "s"}).value()};
         return b.CreateVolume(spec, f.operation).status();
       }},
      {"CreateThatEmptiesTheTrash",
       [](PoolFixture& f) {
         backend::VolumeSpec large = f.BlockSpec("large");
         large.capacity.required_bytes = 10 * kGiB;
         const auto volume = f.Create(large);
         f.kernel.WriteRange(f.layout.Volume(volume.id), 0, 10 * kGiB);
         EXPECT_TRUE(f.pool->DeleteVolume(volume.id, f.operation).ok());
       },
       [](PoolFixture& f, backend::Backend& b) {
         backend::VolumeSpec large = f.BlockSpec("other");
         large.capacity.required_bytes = 10 * kGiB;
         return b.CreateVolume(large, f.operation).status();
       }},
  };
}

std::vector<Scenario> SnapshotsAndDeletions() {
  return {
      {"Snapshot", PrepareVolume,
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .CreateSnapshot(
                 f.SnapshotOf(f.pool->VolumeId({.name = "a"}).value(), "s"),
                 f.operation)
             .status();
       }},
      {"SnapshotOfMounted", PrepareMounted,
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .CreateSnapshot(
                 f.SnapshotOf(f.pool->VolumeId({.name = "a"}).value(), "s"),
                 f.operation)
             .status();
       }},
      {"Delete", PrepareVolume,
       [](PoolFixture& f, backend::Backend& b) {
         return b.DeleteVolume(f.pool->VolumeId({.name = "a"}).value(),
                               f.operation);
       }},
      {"DeleteSnapshot",
       [](PoolFixture& f) { f.Cut(f.Create(f.Spec("a")).id, "s"); },
       [](PoolFixture& f, backend::Backend& b) {
         return b.DeleteSnapshot(f.pool->SnapshotId({.name = "s"}).value(),
                                 f.operation);
       }},
  };
}

std::vector<Scenario> Changes() {
  return {
      {"Expand", PrepareVolume,
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .ExpandVolume(f.pool->VolumeId({.name = "a"}).value(),
                           {128 * kMiB, 0}, f.operation)
             .status();
       }},
      {"ExpandMounted", PrepareMounted,
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .ExpandVolume(f.pool->VolumeId({.name = "a"}).value(),
                           {128 * kMiB, 0}, f.operation)
             .status();
       }},
      {"SetPublications", PrepareVolume,
       [](PoolFixture& f, backend::Backend& b) {
         return b.SetPublications(f.pool->VolumeId({.name = "a"}).value(),
                                  {{.node_id = "n"}});
       }},
  };
}

std::vector<Scenario> Attaching() {
  return {
      {"Attach", PrepareVolume,
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .Attach(f.pool->VolumeId({.name = "a"}).value(),
                     AttachMode::kReadWrite, f.operation)
             .status();
       }},
      {"AttachNewNumber",
       [](PoolFixture& f) {
         for (int i = 0; i < 8; ++i) {
           f.Attach(f.Create(f.BlockSpec("v" + std::to_string(i))).id);
         }
         PrepareVolume(f);
       },
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .Attach(f.pool->VolumeId({.name = "a"}).value(),
                     AttachMode::kReadWrite, f.operation)
             .status();
       }},
      {"AttachReadOnlyBeside",
       [](PoolFixture& f) { f.Attach(f.Create(f.Spec("a")).id); },
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .Attach(f.pool->VolumeId({.name = "a"}).value(),
                     AttachMode::kReadOnly, f.operation)
             .status();
       }},
      {"AdoptAfterRestart",
       [](PoolFixture& f) {
         f.Attach(f.Create(f.Spec("a")).id);
         f.KillAndReopen();
       },
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .Attach(f.pool->VolumeId({.name = "a"}).value(),
                     AttachMode::kReadWrite, f.operation)
             .status();
       }},
      {"Detach", [](PoolFixture& f) { f.Attach(f.Create(f.Spec("a")).id); },
       [](PoolFixture& f, backend::Backend& b) {
         return b.Detach(f.pool->VolumeId({.name = "a"}).value(),
                         AttachMode::kReadWrite, f.operation);
       }},
  };
}

std::vector<Scenario> Reads() {
  return {
      {"Get", PrepareVolume,
       [](PoolFixture& f, backend::Backend& b) {
         return b.GetVolume(f.pool->VolumeId({.name = "a"}).value()).status();
       }},
      {"List", [](PoolFixture& f) { f.Cut(f.Create(f.Spec("a")).id, "s"); },
       [](PoolFixture&, backend::Backend& b) {
         const auto volumes = b.ListVolumes({});
         if (!volumes.ok()) return volumes.status();
         return b.ListSnapshots({}, {}).status();
       }},
  };
}

}  // namespace

std::vector<Scenario> Scenarios() {
  std::vector<Scenario> all;
  for (const auto& group : {Creations(), SnapshotsAndDeletions(), Changes(),
                            Attaching(), Reads()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace holdfast::pool
