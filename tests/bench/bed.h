// Where a section of the benchmark runs: a pool on an XFS of its own with both
// daemons as they are shipped, and room for the floor on the same XFS.

#ifndef HOLDFAST_TESTS_BENCH_BED_H_
#define HOLDFAST_TESTS_BENCH_BED_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/bench/contender.h"
#include "tests/root/fixture/world.h"

namespace holdfast::bench {

class Bed {
 public:
  // Makes all of it, with a pool that can promise `promised_bytes`: the image
  // is sparse. A volume was made and deleted when it returns, so that the
  // template of kVolumeBytes is there, which the floor uses too.
  absl::Status Start(int64_t promised_bytes);

  root::World& world() { return world_; }
  root::Csi& csi() { return world_.csi(); }
  // Node and controller.
  std::vector<pid_t> daemons();

  // Each in a directory of its own, so that one can be made after another.
  std::unique_ptr<Contender> NewDriver(root::Access access, int volumes);
  std::unique_ptr<Contender> NewFloor(root::Access access, int volumes);
  // The same for another driver; `csi` must remain valid.
  std::unique_ptr<Contender> NewOther(root::Csi& csi, root::Access access,
                                      int volumes);
  // A new directory on the XFS, beside the pool.
  std::string NewDirectory();

 private:
  std::string NewPlace();
  std::string TemplateFile() const;

  root::World world_;
  int made_ = 0;
};

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_BED_H_
