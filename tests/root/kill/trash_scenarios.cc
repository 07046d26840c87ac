// Calls that take objects out of the trash, and the one by which a duplicate
// gets there.

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/trash.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSize = 32 * kMiB;

// Each round begins with a volume in the trash.
class InTrash : public Scenario {
 public:
  using Scenario::Scenario;

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(
        const VolumeFact volume,
        csi().CreateVolume(
            {.name = absl::StrCat("trashed ", ++round_), .bytes = kSize}));
    id_ = volume.id;
    RETURN_IF_ERROR(csi().DeleteVolume(id_));
    ASSIGN_OR_RETURN(key_, trash_.KeyOf(id_));
    return absl::OkStatus();
  }

 protected:
  TrashClient& trash() { return trash_; }
  const std::string& id() const { return id_; }
  const std::string& key() const { return key_; }
  uint64_t round() const { return round_; }

 private:
  TrashClient trash_{world().daemons().agent_endpoint()};
  uint64_t round_ = 0;
  std::string id_;
  std::string key_;
};

class Undelete final : public InTrash {
 public:
  using InTrash::InTrash;

  absl::Status Call() override { return trash().Undelete(key()); }

  absl::Status Verify() override {
    RETURN_IF_ERROR(Must(!world().Names(PoolDirectory::kTrash).contains(key()),
                         "out of the trash"));
    return ProveUsable(world(), world().Places(id(), Access::kMount), round());
  }

  absl::Status Clean() override {
    RETURN_IF_ERROR(csi().DeleteVolume(id()));
    ASSIGN_OR_RETURN(const std::string again, trash().KeyOf(id()));
    return trash().Purge(again);
  }
};

class Purge final : public InTrash {
 public:
  using InTrash::InTrash;

  // Gone is done: a repetition finds nothing.
  absl::Status Call() override {
    const absl::Status purged = trash().Purge(key());
    return absl::IsNotFound(purged) ? absl::OkStatus() : purged;
  }

  absl::Status Verify() override {
    return Must(!world().Names(PoolDirectory::kTrash).contains(key()),
                "out of the trash");
  }

  absl::Status Clean() override { return absl::OkStatus(); }
};

// The agent's part of settling a duplicate.
class DeletePristine final : public Scenario {
 public:
  using Scenario::Scenario;

  absl::Status Prepare() override {
    ASSIGN_OR_RETURN(
        const VolumeFact volume,
        csi().CreateVolume(
            {.name = absl::StrCat("duplicate ", ++round_), .bytes = kSize}));
    id_ = volume.id;
    return absl::OkStatus();
  }

  absl::Status Call() override { return trash_.DeletePristine(id_); }

  absl::Status Verify() override {
    RETURN_IF_ERROR(Must(!world().Names(PoolDirectory::kVolumes).contains(id_),
                         "no volume any more"));
    return trash_.KeyOf(id_).status();
  }

  absl::Status Clean() override {
    ASSIGN_OR_RETURN(const std::string key, trash_.KeyOf(id_));
    return trash_.Purge(key);
  }

 private:
  TrashClient trash_{world().daemons().agent_endpoint()};
  int round_ = 0;
  std::string id_;
};

}  // namespace

std::vector<NamedScenario> TrashScenarios() {
  return {Named<Undelete>("Undelete"), Named<Purge>("Purge"),
          Named<DeletePristine>("DeletePristine")};
}

}  // namespace holdfast::root
