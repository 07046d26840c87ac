// One call of the driver, to be killed in the middle and repeated.

#ifndef HOLDFAST_TESTS_ROOT_KILL_SCENARIO_H_
#define HOLDFAST_TESTS_ROOT_KILL_SCENARIO_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/root/fixture/world.h"

namespace holdfast::root {

// Makes, calls, proves and undoes, again and again. Not thread-safe.
class Scenario {
 public:
  explicit Scenario(World& world) : world_(world) {}
  virtual ~Scenario() = default;

  // Once, before the first round.
  virtual absl::Status SetUp() { return absl::OkStatus(); }
  // Before each round: everything the call needs, acknowledged.
  virtual absl::Status Prepare() = 0;
  // The call; with the same arguments until the next Prepare.
  virtual absl::Status Call() = 0;
  // The call has succeeded: does what it promised work?
  virtual absl::Status Verify() = 0;
  // Whether a call that was cut off may leave `found` listed where `before`
  // was, besides doing nothing and everything.
  virtual bool IsHalfway(const std::set<std::string>& /*before*/,
                         const std::set<std::string>& /*found*/) const {
    return false;
  }
  // Back to how it was before Prepare.
  virtual absl::Status Clean() = 0;

 protected:
  World& world() { return world_; }
  Csi& csi() { return world_.csi(); }

 private:
  World& world_;
};

struct NamedScenario {
  using Make = std::function<std::unique_ptr<Scenario>(World&)>;
  std::string name;
  Make make;
  // The same call on volumes of other kinds: killed only where a system call
  // follows on another one than in those before.
  std::vector<std::pair<std::string, Make>> variants = {};
};

template <typename T, typename... Args>
NamedScenario Named(const std::string& name, Args... args) {
  return {name, [args...](World& world) {
            return std::make_unique<T>(world, args...);
          }};
}

// True from Linux `major`.`minor` on.
bool IsKernelSince(int major, int minor);

// File systems for variants, besides the default one, with their least sizes
// here: those that this kernel offers.
struct FsKind {
  std::string type;
  int64_t bytes = 0;
};
std::vector<FsKind> OtherFileSystems();

std::vector<NamedScenario> ObjectScenarios();
std::vector<NamedScenario> ChangeScenarios();
// Called on the agent itself, in a world that keeps its trash.
std::vector<NamedScenario> TrashScenarios();
// The first two: what goes through the controller.
std::vector<NamedScenario> ControllerScenarios();
std::vector<NamedScenario> NodeScenarios();

// OK if `holds`, else INTERNAL with `what`.
absl::Status Must(bool holds, const std::string& what);

// Writes to a published volume, reads it back; the data depends on `seed`.
absl::Status UseVolume(const NodeArgs& args, uint64_t seed);

// Brings the volume up, uses it and takes it back.
absl::Status ProveUsable(World& world, const NodeArgs& args, uint64_t seed);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_KILL_SCENARIO_H_
