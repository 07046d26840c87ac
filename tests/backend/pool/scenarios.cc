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

// Deletes `ids` and answers the key of the last.
std::string Trash(PoolFixture& f, const std::vector<std::string>& ids) {
  std::string newest;
  for (const std::string& id : ids) {
    const bool is_volume = f.pool->GetVolume(id).ok();
    const absl::Status gone = is_volume
                                  ? f.pool->DeleteVolume(id, f.operation)
                                  : f.pool->DeleteSnapshot(id, f.operation);
    EXPECT_TRUE(gone.ok()) << gone;
    const auto trash = f.pool->ListTrash({});
    EXPECT_TRUE(trash.ok()) << trash.status();
    for (const auto& object : trash->entries) {
      if (object.id == id) newest = object.key;
    }
  }
  return newest;
}

// Says whether it is done, by the answer of a first try or of a repetition.
absl::Status GoneIsDone(const absl::Status& status) {
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

std::vector<Scenario> TrashVerbs() {
  const auto undelete = [](PoolFixture& f, backend::Backend& b) {
    return b.Undelete(f.trash_key, f.operation).status();
  };
  return {
      {"UndeleteVolume",
       [](PoolFixture& f) {
         f.trash_key = Trash(f, {f.Create(f.Spec("a")).id});
       },
       undelete},
      {"UndeleteSnapshot",
       [](PoolFixture& f) {
         f.trash_key = Trash(f, {f.Cut(f.Create(f.Spec("a")).id, "s").id});
       },
       undelete},
      {"UndeleteThatTakesRoomFromTheTrash",
       [](PoolFixture& f) {
         backend::VolumeSpec large = f.BlockSpec("large");
         large.capacity.required_bytes = 10 * kGiB;
         const auto other = f.Create(large);
         f.kernel.WriteRange(f.layout.Volume(other.id), 0, 10 * kGiB);
         Trash(f, {other.id});
         large.name = "thin";
         large.capacity.required_bytes = 5 * kGiB;
         f.trash_key = Trash(f, {f.Create(large).id});
         large.name = "in the way";
         large.capacity.required_bytes = kGiB;
         f.Create(large);
       },
       undelete},
      {"Purge",
       [](PoolFixture& f) {
         f.trash_key = Trash(f, {f.Create(f.Spec("a")).id});
       },
       [](PoolFixture& f, backend::Backend& b) {
         return GoneIsDone(b.Purge(f.trash_key, f.operation));
       }},
      {"ListTrash",
       [](PoolFixture& f) {
         const auto volume = f.Create(f.Spec("a"));
         Trash(f, {f.Cut(volume.id, "s").id, volume.id});
       },
       [](PoolFixture&, backend::Backend& b) {
         return b.ListTrash({}).status();
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
                            TrashVerbs(), Attaching(), Reads()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

std::vector<Scenario> AllScenarios() {
  std::vector<Scenario> all;
  for (const auto& group : {Scenarios(), TypeScenarios(), UseScenarios()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace holdfast::pool
