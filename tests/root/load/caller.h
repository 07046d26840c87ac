// One caller that makes, uses, copies, grows and deletes without a pause.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_CALLER_H_
#define HOLDFAST_TESTS_ROOT_LOAD_CALLER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/trash.h"
#include "tests/root/load/gate.h"
#include "tests/root/load/history.h"

namespace holdfast::root {

// What a caller needs to use volumes on this machine, and where it says so.
struct NodeSide {
  std::string directory;  // for staging and target paths
  // "staged <id>" "once", "loop <id>" "rw", "ro loop <id>" "ro",
  // "published <path>" "rw" or "ro", "path <path>" "there".
  History& uses;
  History& data;  // id: the newest number of its NumberedData
};

// A caller with objects of its own, of which it keeps one call at a time in
// flight. What it does is chosen at random; everything it is told is written
// to histories, and what it reads is held against what it wrote. Move-only;
// not thread-safe.
class Caller {
 public:
  using Objects = std::map<std::string, ObjectState>;

  // `pool` is what ids of this pool begin with: "p0123456789abcdef".
  struct Spec {
    Csi& csi;
    History& history;  // id: Text of its state
    std::string pool;
    std::string node;  // where volumes are published
    std::string name;
    uint64_t seed = 0;
    // Volumes that this caller alone copies, besides its own, and nobody
    // changes.
    Objects sources;
    size_t most_objects = 12;  // volumes, and snapshots, and deleted ones
    // One of them at random for each new volume for mounting.
    std::vector<std::string> fs_types = {""};
    // Without it: no staging and no data, nothing of NodeSide.
    NodeSide* node_side = nullptr;
    // Without it: no undelete, and nobody counts what is in the trash. With
    // it the daemons must keep their trash.
    TrashClient* trash = nullptr;
  };

  // What there is of a volume or snapshot.
  struct Thing {
    ObjectState state;
    uint64_t data = 0;
    bool staged = false;
    std::map<std::string, Writable> targets;
    // The file system's size when last seen, and the volume's at that time.
    int64_t fs_bytes = 0;
    int64_t fs_at_bytes = 0;
  };
  using Things = std::map<std::string, Thing>;

  // `gate` must outlive it.
  Caller(const Spec& spec, Gate& gate);

  // Does one thing. Not OK if the driver refused what it should not, or if
  // something is not as it was left.
  absl::Status Step();

 private:
  // Nothing if there is nothing to do it to.
  using Done = std::optional<absl::Status>;
  using Method = Done (Caller::*)();

  Done Create();
  Done Clone();
  Done Restore();
  Done Snapshot();
  Done DeleteSnapshot();
  Done Expand();
  Done ControllerPublish();
  Done ControllerUnpublish();
  Done Delete();
  Done Undelete();
  Done Purge();
  Done List();
  Done Stage();
  Done Publish();
  Done Unpublish();
  Done Unstage();
  Done Write();
  Done Read();

  // What a call changes, by history.
  struct Change {
    Facts objects;
    Facts uses;
    Facts data;
  };
  absl::Status Do(Deed deed, const Change& change,
                  const std::function<absl::Status()>& attempt);

  Done CreateFrom(Deed deed, CreateArgs args, Thing thing);
  Done Discard(Deed deed, Things& things, Things::iterator thing);
  Done Record(Deed deed, const std::string& nodes);
  absl::Status CheckListed(const std::vector<VolumeFact>& volumes,
                           const std::vector<SnapshotFact>& snapshots);
  absl::Status CheckSize(const std::string& id, Thing& thing);

  using Test = std::function<bool(const Things::value_type&)>;
  // One of those that pass, or the end.
  Things::iterator Any(Things& things, const Test& test);
  // An own volume or one of the sources.
  std::optional<Things::value_type> AnyToCopy();
  // A snapshot or clone of it.
  static Thing CopyOf(const Things::value_type& source);
  bool CanGrow(const Thing& thing) const;
  // A deletion that can be had back or purged, or the end.
  std::map<std::string, std::vector<Thing>>::iterator AnyDeleted();

  Change Leaves(const std::string& id, const Thing* thing, int more_trash);
  NodeArgs PlacesOf(const Things::value_type& volume) const;
  std::string FreshTarget(const Things::value_type& volume) const;
  std::string FreshName(IdKind kind);
  std::string IdOf(IdKind kind, const std::string& name) const;
  uint64_t NextNumber(uint64_t last);
  size_t Roll(size_t sides) { return random_() % sides; }

  const Spec spec_;
  Gate& gate_;
  const bool grows_ext4_mounted_;
  const std::vector<Method> methods_;
  std::mt19937_64 random_;
  uint64_t numbers_ = 0;
  Things volumes_;
  Things snapshots_;
  std::map<std::string, std::vector<Thing>> deleted_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_CALLER_H_
