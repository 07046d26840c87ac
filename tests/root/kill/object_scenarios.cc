// Calls that make and unmake volumes and snapshots.

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSize = 32 * kMiB;

// A volume with data and a snapshot of it, for what is made from them.
struct Source {
  std::string volume;
  std::string snapshot;
  std::string digest;
};

absl::StatusOr<Source> MakeSource(World& world) {
  Source source;
  ASSIGN_OR_RETURN(
      const VolumeFact volume,
      world.csi().CreateVolume({.name = "source", .bytes = kSize}));
  source.volume = volume.id;
  const NodeArgs args = world.Places(volume.id, Access::kMount);
  RETURN_IF_ERROR(world.Bring(args));
  RETURN_IF_ERROR(WriteTree(args.target_path, 7));
  ASSIGN_OR_RETURN(source.digest, TreeDigest(args.target_path));
  ASSIGN_OR_RETURN(const SnapshotFact snapshot,
                   world.csi().CreateSnapshot("source", volume.id));
  source.snapshot = snapshot.id;
  return source;
}

// The volume holds the source's data.
absl::Status ProveCopy(World& world, const std::string& id,
                       const std::string& digest) {
  const NodeArgs args = world.Places(id, Access::kMount);
  RETURN_IF_ERROR(world.Bring(args));
  ASSIGN_OR_RETURN(const std::string found, TreeDigest(args.target_path));
  RETURN_IF_ERROR(Must(found == digest, "the copy holds the source's data"));
  return world.TakeBack(args);
}

enum class Origin { kTemplate, kNewTemplate, kBlank, kSnapshot, kVolume };

class Create final : public Scenario {
 public:
  Create(World& world, Origin origin, CreateArgs like = {.bytes = kSize})
      : Scenario(world), origin_(origin), like_(std::move(like)) {}

  absl::Status SetUp() override {
    if (IsCopy()) {
      ASSIGN_OR_RETURN(source_, MakeSource(world()));
    }
    if (origin_ != Origin::kTemplate) return absl::OkStatus();
    CreateArgs first = like_;
    first.name = "first " + like_.name;
    return csi().CreateVolume(first).status();
  }

  absl::Status Prepare() override {
    ++round_;
    args_ = like_;
    args_.name = absl::StrCat("created ", like_.name, round_);
    if (origin_ == Origin::kBlank) args_.access = Access::kBlock;
    if (origin_ == Origin::kSnapshot) args_.from_snapshot = source_.snapshot;
    if (origin_ == Origin::kVolume) args_.from_volume = source_.volume;
    // A template is one of a size.
    if (origin_ == Origin::kNewTemplate) args_.bytes += round_ * kMiB;
    return absl::OkStatus();
  }

  absl::Status Call() override {
    ASSIGN_OR_RETURN(const VolumeFact volume, csi().CreateVolume(args_));
    id_ = volume.id;
    return Must(volume.bytes >= args_.bytes, "as large as asked");
  }

  absl::Status Verify() override {
    if (IsCopy()) return ProveCopy(world(), id_, source_.digest);
    return ProveUsable(world(), world().Places(id_, args_.access), round_);
  }

  absl::Status Clean() override { return csi().DeleteVolume(id_); }

 private:
  bool IsCopy() const {
    return origin_ == Origin::kSnapshot || origin_ == Origin::kVolume;
  }

  const Origin origin_;
  const CreateArgs like_;
  Source source_;
  uint64_t round_ = 0;
  CreateArgs args_;
  std::string id_;
};

class Delete final : public Scenario {
 public:
  using Scenario::Scenario;

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(
        const VolumeFact volume,
        csi().CreateVolume(
            {.name = absl::StrCat("deleted ", ++round_), .bytes = kSize}));
    id_ = volume.id;
    return absl::OkStatus();
  }

  absl::Status Call() override { return csi().DeleteVolume(id_); }

  absl::Status Verify() override {
    return Must(!world().Names(PoolDirectory::kVolumes).contains(id_),
                "no file");
  }

  absl::Status Clean() override { return absl::OkStatus(); }

 private:
  int round_ = 0;
  std::string id_;
};

// Staged and forgotten: a delete that has to unstage first.
class DeleteStaged final : public Scenario {
 public:
  DeleteStaged(World& world, Access access)
      : Scenario(world), access_(access) {}

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(
        const VolumeFact volume,
        csi().CreateVolume({.name = absl::StrCat("forgotten ", ++round_),
                            .bytes = kSize,
                            .access = access_}));
    args_ = world().Places(volume.id, access_);
    // A restarted daemon knows a staging path by the kubelet's form only.
    args_.staging_path = world().scratch().Sub(absl::StrCat(
        "plugins/kubernetes.io/csi/",
        access_ == Access::kBlock
            ? absl::StrCat("volumeDevices/staging/", volume.id)
            : absl::StrCat("holdfast/", volume.id, "/globalmount")));
    std::filesystem::create_directories(args_.staging_path);
    return csi().Stage(args_);
  }

  absl::Status Call() override { return csi().DeleteVolume(args_.volume_id); }

  // Unstaged, so on no node any more, and there still.
  bool IsHalfway(const std::set<std::string>& before,
                 const std::set<std::string>& found) const override {
    std::set<std::string> unstaged;
    for (const std::string& line : before) {
      const bool mine = line.find(args_.volume_id) != std::string::npos;
      unstaged.insert(mine ? line.substr(0, line.rfind(' ') + 1) : line);
    }
    return found == unstaged;
  }

  absl::Status Verify() override {
    RETURN_IF_ERROR(Must(MountsBelow(args_.staging_path).empty(), "unmounted"));
    return Must(
        !world().Names(PoolDirectory::kVolumes).contains(args_.volume_id),
        "no file");
  }

  absl::Status Clean() override { return absl::OkStatus(); }

 private:
  const Access access_;
  int round_ = 0;
  NodeArgs args_;
};

class Snapshot final : public Scenario {
 public:
  using Scenario::Scenario;

  absl::Status SetUp() override {
    ASSIGN_OR_RETURN(source_, MakeSource(world()));
    return absl::OkStatus();
  }

  // Data that no sync has written out: the snapshot must hold it.
  absl::Status Prepare() override {
    ++round_;
    const std::string mounted =
        world().Places(source_.volume, Access::kMount).target_path;
    RETURN_IF_ERROR(WriteAt(mounted + "/round", 0, Bytes(round_, 70000),
                            Durability::kCached));
    ASSIGN_OR_RETURN(source_.digest, TreeDigest(mounted));
    return absl::OkStatus();
  }

  absl::Status Call() override {
    ASSIGN_OR_RETURN(
        const SnapshotFact snapshot,
        csi().CreateSnapshot(absl::StrCat("cut ", round_), source_.volume));
    id_ = snapshot.id;
    return absl::OkStatus();
  }

  absl::Status Verify() override {
    ASSIGN_OR_RETURN(
        const VolumeFact copy,
        csi().CreateVolume({.name = absl::StrCat("restored ", round_),
                            .bytes = kSize,
                            .from_snapshot = id_}));
    RETURN_IF_ERROR(ProveCopy(world(), copy.id, source_.digest));
    return csi().DeleteVolume(copy.id);
  }

  absl::Status Clean() override { return csi().DeleteSnapshot(id_); }

 private:
  Source source_;
  uint64_t round_ = 0;
  std::string id_;
};

class DeleteSnapshot final : public Scenario {
 public:
  using Scenario::Scenario;

  absl::Status SetUp() override {
    ASSIGN_OR_RETURN(source_, MakeSource(world()));
    return absl::OkStatus();
  }

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(
        const SnapshotFact snapshot,
        csi().CreateSnapshot(absl::StrCat("cut ", ++round_), source_.volume));
    id_ = snapshot.id;
    return absl::OkStatus();
  }

  absl::Status Call() override { return csi().DeleteSnapshot(id_); }

  absl::Status Verify() override {
    return Must(!world().Names(PoolDirectory::kSnapshots).contains(id_),
                "no file");
  }

  absl::Status Clean() override { return absl::OkStatus(); }

 private:
  Source source_;
  int round_ = 0;
  std::string id_;
};

NamedScenario WithThick(NamedScenario named, Origin origin) {
  const CreateArgs thick = {.name = "thick ",
                            .bytes = kSize,
                            .parameters = {{"provisioning", "thick"}}};
  named.variants.emplace_back("thick", Named<Create>("", origin, thick).make);
  return named;
}

// New templates of the other file systems.
NamedScenario WithFileSystems(NamedScenario named) {
  for (const FsKind& fs : OtherFileSystems()) {
    const CreateArgs like = {
        .name = fs.type, .bytes = fs.bytes, .fs_type = fs.type};
    named.variants.emplace_back(
        fs.type, Named<Create>("", Origin::kNewTemplate, like).make);
  }
  return named;
}

}  // namespace

std::vector<NamedScenario> ObjectScenarios() {
  return {
      WithThick(Named<Create>("CreateBlank", Origin::kBlank), Origin::kBlank),
      WithThick(Named<Create>("CreateFromTemplate", Origin::kTemplate),
                Origin::kTemplate),
      WithFileSystems(
          Named<Create>("CreateWithNewTemplate", Origin::kNewTemplate)),
      Named<Create>("CreateFromSnapshot", Origin::kSnapshot),
      Named<Create>("CreateFromVolume", Origin::kVolume),
      Named<Delete>("Delete"),
      Named<DeleteStaged>("DeleteStaged", Access::kMount),
      Named<DeleteStaged>("DeleteStagedBlock", Access::kBlock),
      Named<Snapshot>("Snapshot"),
      Named<DeleteSnapshot>("DeleteSnapshot"),
  };
}

}  // namespace holdfast::root
