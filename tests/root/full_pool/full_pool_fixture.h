// A small pool on the kernel, to be filled to its end.

#ifndef HOLDFAST_TESTS_ROOT_FULL_POOL_FULL_POOL_FIXTURE_H_
#define HOLDFAST_TESTS_ROOT_FULL_POOL_FULL_POOL_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/world.h"
#include "tests/root/full_pool/writing.h"

namespace holdfast::root {

// The numbers of a refusal, by its message.
struct Refusal {
  int64_t asked = 0;
  int64_t promised = 0;
  int64_t usable = 0;
  int64_t trash = 0;
  int64_t left = 0;
};

// INTERNAL if `status` is anything but a refusal for want of room, whose
// numbers are there and true to each other.
absl::StatusOr<Refusal> ReadRefusal(const absl::Status& status);

class FullPoolTest : public testing::Test {
 protected:
  struct PoolSpec {
    int64_t bytes = 0;
    TrashPolicy trash = TrashPolicy::kEmptied;
    std::vector<std::string> flags;  // of the node daemon
  };

  absl::Status Start(const PoolSpec& spec);
  void TearDown() override;

  Csi& csi() { return world_.csi(); }

  static CreateArgs Block(const std::string& name, int64_t bytes);
  static CreateArgs Mounted(const std::string& name, const std::string& fs_type,
                            int64_t bytes);

  // Makes a volume and publishes it.
  absl::StatusOr<NodeArgs> Bring(const CreateArgs& create);
  // What GetCapacity answers for a block volume of that provisioning.
  int64_t LargestBlock();
  // Not promised to anybody; by the message of a refusal.
  int64_t Left();
  // Free in the pool's file system.
  int64_t FreeBytes() const;
  void WaitForEmptyTrash();
  // One metric of the node, of one pool; -1 if it is not there. Needs
  // kServeMetrics.
  double Metric(const std::string& family);

  static constexpr char kServeMetrics[] = "--http_address=127.0.0.1:0";

  World world_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_FULL_POOL_FULL_POOL_FIXTURE_H_
