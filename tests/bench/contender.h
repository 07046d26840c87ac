// Who is measured: a driver behind its sockets, or the same system calls made
// directly.

#ifndef HOLDFAST_TESTS_BENCH_CONTENDER_H_
#define HOLDFAST_TESTS_BENCH_CONTENDER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "tests/bench/latencies.h"
#include "tests/root/fixture/csi.h"

namespace holdfast::bench {

// Size of every volume: an ext4, or a raw device.
inline constexpr int64_t kVolumeBytes = int64_t{256} << 20;

// "mount" or "block".
inline const char* NameOf(root::Access access) {
  return access == root::Access::kMount ? "mount" : "block";
}

// One volume after the other is brought up and taken down again.
// Implementations are thread-safe for different numbers.
class Contender {
 public:
  virtual ~Contender() = default;

  // What the kubelet does between create and stage: makes directories. Not
  // timed.
  virtual absl::Status Prepare(int number) = 0;
  // Runs one step (not kUp) of the volume with this number. Steps of a volume
  // come in order.
  virtual absl::Status Run(Step step, int number) = 0;
  // Where the volume with this number is published.
  virtual std::string Target(int number) const = 0;
};

// Of one contender: its volumes and how they are used.
struct ContenderSpec {
  std::string directory;  // for staging and target paths, and for the floor
                          // its volumes; made
  root::Access access = root::Access::kMount;
  int volumes = 1;
  int64_t bytes = kVolumeBytes;
};

// Any CSI driver. `csi` must remain valid.
std::unique_ptr<Contender> MakeDriver(root::Csi& csi,
                                      const ContenderSpec& spec);

// In `directory` of an XFS, in this process, without a record of anything: the
// fewest system calls that do the same. `template_file` is an ext4 of
// that size, and not used for block volumes.
std::unique_ptr<Contender> MakeFloor(const ContenderSpec& spec,
                                     const std::string& template_file);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_CONTENDER_H_
