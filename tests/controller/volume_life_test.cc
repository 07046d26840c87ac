#include "controller/volume_life.h"

#include <gtest/gtest.h>

#include <string>

#include "base/ids.h"
#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

constexpr auto kCreate = &ControllerService::CreateVolume;
constexpr auto kDelete = &ControllerService::DeleteVolume;

std::string IdText(const std::string& id) { return "volume_id: '" + id + "'"; }

std::string Requires(const std::string& node) {
  return " accessibility_requirements { requisite { segments { key: "
         "'csi.holdfast.dev/node' value: '" +
         node + "' } } }";
}

TEST(CreateVolumeTest, AnswersExactlyWhatWasAskedFor) {
  PoolService pool;
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a", 5 * kMiB));
  ASSERT_TRUE(status.ok()) << status.error_message();
  const csi::v1::Volume& volume = response.volume();
  EXPECT_EQ(volume.volume_id(), pool.backend().VolumeId({.name = "a"}).value());
  EXPECT_EQ(volume.capacity_bytes(), 5 * kMiB);
  EXPECT_FALSE(volume.has_content_source());
  EXPECT_TRUE(volume.volume_context().empty());
  ASSERT_EQ(volume.accessible_topology_size(), 1);
  EXPECT_EQ(
      volume.accessible_topology(0).segments().at("csi.holdfast.dev/node"),
      "node-1");
}

TEST(CreateVolumeTest, TheSameRequestAgainIsTheSameVolume) {
  PoolService pool;
  const std::string id = pool.MakeVolume("a");
  EXPECT_EQ(pool.MakeVolume("a"), id);
}

TEST(CreateVolumeTest, AnotherSizeUnderTheNameIsRefused) {
  PoolService pool;
  pool.MakeVolume("a", 4 * kMiB);
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a", 8 * kMiB));
  ExpectCode(status, grpc::ALREADY_EXISTS);
  EXPECT_FALSE(response.has_volume());
}

TEST(CreateVolumeTest, MetadataOfKubernetesIsNotCompared) {
  PoolService pool;
  const std::string id = pool.MakeVolume("a");
  const auto [status, response] = pool.Call(
      kCreate, PoolService::VolumeText("a") +
                   " parameters { key: 'csi.storage.k8s.io/pv/name' value: "
                   "'pv-9' }");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.volume().volume_id(), id);
}

TEST(CreateVolumeTest, UnknownParametersAreRefused) {
  PoolService pool;
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a") +
                             " parameters { key: 'sky' value: 'blue' }");
  ExpectCode(status, grpc::INVALID_ARGUMENT, "sky");
}

TEST(CreateVolumeTest, ARestoreNamesItsSnapshot) {
  PoolService pool;
  const std::string snapshot =
      pool.MakeSnapshot("s", pool.MakeVolume("a", 4 * kMiB));
  const auto [status, response] = pool.Call(
      kCreate, PoolService::VolumeText("b", 8 * kMiB) +
                   " volume_content_source { snapshot { snapshot_id: '" +
                   snapshot + "' } }");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.volume().content_source().snapshot().snapshot_id(),
            snapshot);
  EXPECT_EQ(response.volume().capacity_bytes(), 8 * kMiB);
}

TEST(CreateVolumeTest, ACloneNamesItsVolume) {
  PoolService pool;
  const std::string source = pool.MakeVolume("a");
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("b") +
                             " volume_content_source { volume { volume_id: '" +
                             source + "' } }");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.volume().content_source().volume().volume_id(), source);
}

TEST(CreateVolumeTest, ALimitBelowTheSourceIsOutOfRange) {
  PoolService pool;
  const std::string source = pool.MakeVolume("a", 8 * kMiB);
  const auto [status, response] =
      pool.Call(kCreate,
                "name: 'b' capacity_range { required_bytes: 1 limit_bytes: "
                "4194304 } volume_capabilities { mount {} access_mode { mode: "
                "SINGLE_NODE_WRITER } } volume_content_source { volume { "
                "volume_id: '" +
                    source + "' } }");
  ExpectCode(status, grpc::OUT_OF_RANGE);
}

TEST(CreateVolumeTest, AMissingSourceIsNotFound) {
  PoolService pool;
  for (const std::string& id :
       {std::string("non-existing-snapshot-id"),
        pool.backend().SnapshotId({.name = "never"}).value()}) {
    const auto [status, response] = pool.Call(
        kCreate, PoolService::VolumeText("b") +
                     " volume_content_source { snapshot { snapshot_id: '" + id +
                     "' } }");
    ExpectCode(status, grpc::NOT_FOUND);
  }
}

TEST(CreateVolumeTest, AFullPoolIsResourceExhausted) {
  PoolService pool("pool-1", "node-1", 6 * kMiB);
  pool.MakeVolume("a", 4 * kMiB);
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("b", 4 * kMiB));
  ExpectCode(status, grpc::RESOURCE_EXHAUSTED);
}

TEST(CreateVolumeTest, ARequirementThatAllowsThisNodeIsMet) {
  PoolService pool;
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a") + Requires("node-1"));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(CreateVolumeTest, ARequirementThatExcludesThisNodeIsResourceExhausted) {
  PoolService pool;
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a") + Requires("node-2"));
  ExpectCode(status, grpc::RESOURCE_EXHAUSTED, "node-1");
  EXPECT_TRUE(pool.backend().Changes().empty());
}

TEST(CreateVolumeTest, AnExistingVolumeElsewhereThanRequiredIsAlreadyThere) {
  PoolService pool;
  pool.MakeVolume("a");
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a") + Requires("node-2"));
  ExpectCode(status, grpc::ALREADY_EXISTS);
}

TEST(CreateVolumeTest, WorkGoingOnUnderTheNameIsAborted) {
  PoolService pool;
  const Operation other("DeleteVolume");
  const auto held = pool.locks().TryLock(
      pool.backend().VolumeId({.name = "a"}).value(), other);
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a"));
  ExpectCode(status, grpc::ABORTED, "DeleteVolume");
}

TEST(CreateVolumeTest, OneSourceServesSeveralClonesAtATime) {
  PoolService pool;
  const std::string source = pool.MakeVolume("a");
  const Operation other("CreateVolume");
  const auto held =
      pool.locks().TryLock(KeyedLock::Keys{.shared = {source}}, other);
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("b") +
                             " volume_content_source { volume { volume_id: '" +
                             source + "' } }");
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(CreateVolumeTest, AnErrorLeavesNoLockBehind) {
  PoolService pool;
  pool.backend().OnCall([](absl::string_view verb) {
    return verb == "CreateVolume" ? absl::UnavailableError("not now")
                                  : absl::OkStatus();
  });
  const auto [status, response] =
      pool.Call(kCreate, PoolService::VolumeText("a"));
  ExpectCode(status, grpc::UNAVAILABLE, "not now");
  pool.backend().OnCall(nullptr);
  EXPECT_NE(pool.MakeVolume("a"), "");
}

TEST(DeleteVolumeTest, TheVolumeIsGoneAndStaysGone) {
  PoolService pool;
  const std::string id = pool.MakeVolume("a");
  for (int i = 0; i < 2; ++i) {
    const auto [status, response] = pool.Call(kDelete, IdText(id));
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_FALSE(pool.backend().GetVolume(id).ok());
}

TEST(DeleteVolumeTest, AMalformedIdIsGoneAlready) {
  PoolService pool;
  const auto [status, response] = pool.Call(kDelete, IdText("fake-vol-id"));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(DeleteVolumeTest, AVolumeOfAnotherPoolIsNotSaidToBeGone) {
  PoolService pool;
  const std::string id = MakeId('p', HomeOf("elsewhere"), IdKind::kVolume, "a");
  const auto [status, response] = pool.Call(kDelete, IdText(id));
  ExpectCode(status, grpc::UNAVAILABLE, HomeOf("elsewhere"));
}

TEST(DeleteVolumeTest, AVolumeInUseIsFailedPrecondition) {
  PoolService pool;
  const std::string id = pool.MakeVolume("a");
  Operation operation("test");
  {
    const auto held = pool.locks().TryLock(id, operation);
    ASSERT_TRUE(pool.backend()
                    .Attach(id, backend::AttachMode::kReadWrite, operation)
                    .ok());
  }
  const auto [status, response] = pool.Call(kDelete, IdText(id));
  ExpectCode(status, grpc::FAILED_PRECONDITION, "/dev/fake");
}

TEST(DeleteVolumeTest, ARecordedPublicationAloneKeepsNothing) {
  PoolService pool;
  const std::string id = pool.MakeVolume("a");
  const auto [published, answer] =
      pool.Call(&ControllerService::ControllerPublishVolume,
                IdText(id) +
                    " node_id: 'node-1' volume_capability { mount {} "
                    "access_mode { mode: SINGLE_NODE_WRITER } }");
  ASSERT_TRUE(published.ok()) << published.error_message();
  const auto [status, response] = pool.Call(kDelete, IdText(id));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace holdfast::controller
