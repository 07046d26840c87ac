// Holds a machine with running daemons against what callers were told.

#ifndef HOLDFAST_TESTS_ROOT_KILL_LOAD_INSPECTOR_H_
#define HOLDFAST_TESTS_ROOT_KILL_LOAD_INSPECTOR_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/fixture/trash.h"
#include "tests/root/fixture/world.h"
#include "tests/root/load/history.h"

namespace holdfast::root {

// What callers of a load are told, by kind: see Caller::Spec and NodeSide.
struct Histories {
  History objects;
  History uses;
  History data;
};

// Looks while callers are held up. What a call leaves behind that was cut off
// is judged as "maybe"; what a daemon still has in hand for a caller that is
// gone is waited for. Not thread-safe.
class Inspector {
 public:
  // `directory` is that of the callers' NodeSide.
  Inspector(World& world, const Histories& histories, std::string directory);

  // All but data: what is listed, what the pool's directories hold, loop
  // devices, mounts, paths. One line for each thing that is wrong.
  std::vector<std::string> Judge();

  // Reads the data of all volumes, and of `snapshots` snapshots restored for
  // the purpose, chosen by `seed`.
  absl::StatusOr<std::vector<std::string>> JudgeData(size_t snapshots,
                                                     uint64_t seed);

  // Objects looked at so far, and those whose data was read.
  int64_t objects() const { return objects_; }
  int64_t read() const { return read_; }

 private:
  struct Found {
    Facts objects;
    Facts uses;
    std::vector<std::string> wrong;
  };

  std::vector<std::string> JudgeOnce();
  absl::Status LookAtObjects(Found& found);
  void CompareListed(const VolumeFact& listed, const ObjectState& state,
                     Found& found) const;
  void CompareNames(PoolDirectory directory,
                    const std::set<std::string>& listed, Found& found) const;
  absl::StatusOr<uint64_t> ReadVolume(const std::string& id, Access access,
                                      const Facts& uses);
  absl::StatusOr<uint64_t> ReadSnapshot(const std::string& id,
                                        const ObjectState& state);
  std::string FileOf(const std::string& id) const;

  World& world_;
  const Histories& histories_;
  const std::string directory_;
  TrashClient trash_;
  int64_t objects_ = 0;
  int64_t read_ = 0;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_KILL_LOAD_INSPECTOR_H_
