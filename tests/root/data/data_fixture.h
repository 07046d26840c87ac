// What all tests on the data of volumes share.

#ifndef HOLDFAST_TESTS_ROOT_DATA_DATA_FIXTURE_H_
#define HOLDFAST_TESTS_ROOT_DATA_DATA_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>

#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/world.h"

namespace holdfast::root {

class DataTest : public testing::Test {
 protected:
  static constexpr int64_t kSize = 64 * kMiB;
  static constexpr int64_t kLarger = 128 * kMiB;

  void SetUp() override { ASSERT_OK(world_.Start(Disk())); }
  void TearDown() override {
    if (HasFailure()) GTEST_LOG_(INFO) << world_.daemons().LogTail();
  }

  // Of the pool.
  virtual DiskSpec Disk() const { return {}; }

  Csi& csi() { return world_.csi(); }

  // Makes a volume and publishes it.
  absl::StatusOr<NodeArgs> Bring(const CreateArgs& create) {
    ASSIGN_OR_RETURN(const VolumeFact volume, csi().CreateVolume(create));
    const NodeArgs args = world_.Places(volume.id, create.access);
    RETURN_IF_ERROR(world_.Bring(args));
    return args;
  }

  World world_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_DATA_DATA_FIXTURE_H_
