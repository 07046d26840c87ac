// DeleteVolume of a volume whose stage was forgotten, on real devices.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/node/elsewhere.h"

namespace holdfast::root {
namespace {

class ForgottenStageTest : public DataTest {
 protected:
  absl::StatusOr<NodeArgs> Staged(Access access) {
    ASSIGN_OR_RETURN(
        const NodeArgs args,
        Bring({.name = "volume", .bytes = kSize, .access = access}));
    RETURN_IF_ERROR(csi().Unpublish(args));
    return args;
  }
};

TEST_F(ForgottenStageTest, IsEndedByADelete) {
  for (const Access access : {Access::kMount, Access::kBlock}) {
    ASSERT_OK_AND_ASSIGN(const NodeArgs args, Staged(access));
    ASSERT_OK(csi().DeleteVolume(args.volume_id));
    EXPECT_TRUE(MountsBelow(args.staging_path).empty());
    EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
    EXPECT_FALSE(
        world_.Names(PoolDirectory::kVolumes).contains(args.volume_id));
  }
}

TEST_F(ForgottenStageTest, OfAPublishedVolumeStays) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args,
                       Bring({.name = "volume", .bytes = kSize}));
  const absl::Status status = csi().DeleteVolume(args.volume_id);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(args.target_path), absl::string_view::npos)
      << status;
  ASSERT_OK(WriteAt(args.target_path + "/file", 0, "still there"));
}

// The daemon has forgotten what it staged where; the kubelet's paths tell.
TEST_F(ForgottenStageTest, IsEndedAfterARestartWhereTheKubeletStages) {
  for (const Access access : {Access::kMount, Access::kBlock}) {
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        csi().CreateVolume(
            {.name = "volume", .bytes = kSize, .access = access}));
    NodeArgs args = world_.Places(volume.id, access);
    args.staging_path = world_.scratch().Sub(absl::StrCat(
        "plugins/kubernetes.io/csi/",
        access == Access::kBlock ? "volumeDevices/staging/pvc-1"
                                 : "csi.holdfast.dev/0a1b/globalmount"));
    std::filesystem::create_directories(args.staging_path);
    ASSERT_OK(csi().Stage(args));
    ASSERT_OK(world_.daemons().Restart());
    ASSERT_OK(csi().DeleteVolume(volume.id));
    EXPECT_TRUE(MountsBelow(args.staging_path).empty());
    EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
  }
}

TEST_F(ForgottenStageTest, StaysAfterARestartWhereTheKubeletDoesNotStage) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, Staged(Access::kMount));
  ASSERT_OK(world_.daemons().Restart());
  EXPECT_EQ(csi().DeleteVolume(args.volume_id).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(MountsBelow(args.staging_path).size(), 1u);
  ASSERT_OK(csi().Unstage(args));
}

// A pod that still writes, in a namespace that nobody here sees.
TEST_F(ForgottenStageTest, IsMountedBackWhereACopyStillWrites) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, Staged(Access::kMount));
  {
    ASSERT_OK_AND_ASSIGN(const Elsewhere elsewhere, Elsewhere::Make());
    const std::string file = elsewhere.Seen(args.staging_path) + "/file";
    ASSERT_OK(WriteAt(file, 0, "one"));
    const absl::Status status = csi().DeleteVolume(args.volume_id);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    ASSERT_OK(WriteAt(file, 3, "two"));
    ASSERT_EQ(MountsBelow(args.staging_path).size(), 1u);
    EXPECT_EQ(*ReadAt(args.staging_path + "/file", 0, 6), "onetwo");
    EXPECT_EQ(LoopsBelow(world_.pool()).size(), 1u);
  }
  EXPECT_OK(csi().DeleteVolume(args.volume_id));
  EXPECT_TRUE(MountsBelow(args.staging_path).empty());
}

}  // namespace
}  // namespace holdfast::root
