// Who is measured: the daemons, or the same system calls made directly.

#ifndef HOLDFAST_TESTS_BENCH_CONTENDER_H_
#define HOLDFAST_TESTS_BENCH_CONTENDER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "tests/bench/latencies.h"
#include "tests/root/fixture/world.h"

namespace holdfast::bench {

// One volume after the other is brought up and taken down again.
// Implementations are thread-safe for different numbers.
class Contender {
 public:
  virtual ~Contender() = default;

  // Runs one step (not kUp) of the volume with this number. Steps of a volume
  // come in order.
  virtual absl::Status Run(Step step, int number) = 0;
};

// Size of every volume: an ext4.
inline constexpr int64_t kVolumeBytes = int64_t{256} << 20;

// Through both daemons: controller and node sockets.
std::unique_ptr<Contender> MakeDriver(root::World& world, int volumes);

// On the same XFS, in this process, without a record of anything: the fewest
// system calls that do the same. `template_file` is an ext4 of kVolumeBytes.
std::unique_ptr<Contender> MakeFloor(const std::string& directory,
                                     const std::string& template_file,
                                     int volumes);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_CONTENDER_H_
