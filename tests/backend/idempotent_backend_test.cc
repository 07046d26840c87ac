// The rules of CSI on repeated calls, over a pool on the fake machine.

#include "backend/idempotent_backend.h"

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::backend {
namespace {

using pool::HasCode;
using pool::kMiB;

class IdempotentBackendTest : public ::testing::Test,
                              protected pool::PoolFixture {
 protected:
  IdempotentBackend backend_{*pool};
};

TEST_F(IdempotentBackendTest, SameRequestIsAnsweredWithTheSameVolume) {
  const auto first = backend_.CreateVolume(Spec("a"), operation);
  const auto second = backend_.CreateVolume(Spec("a"), operation);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->created_at, first->created_at);
}

TEST_F(IdempotentBackendTest, RangeThatTheSizeSatisfiesIsCompatible) {
  ASSERT_TRUE(backend_.CreateVolume(Spec("a"), operation).ok());
  for (const CapacityRange range :
       {CapacityRange{}, {kMiB, 0}, {0, 64 * kMiB}, {64 * kMiB, 64 * kMiB}}) {
    VolumeSpec spec = Spec("a");
    spec.capacity = range;
    EXPECT_TRUE(backend_.CreateVolume(spec, operation).ok());
  }
  for (const CapacityRange range :
       {CapacityRange{65 * kMiB, 0}, {0, 63 * kMiB}}) {
    VolumeSpec spec = Spec("a");
    spec.capacity = range;
    EXPECT_THAT(backend_.CreateVolume(spec, operation).status(),
                HasCode(absl::StatusCode::kAlreadyExists));
  }
}

TEST_F(IdempotentBackendTest, RangeAsFirstAskedStaysCompatibleAfterGrowth) {
  VolumeSpec spec = Spec("a");
  spec.capacity.limit_bytes = 64 * kMiB;
  const auto volume = backend_.CreateVolume(spec, operation);
  ASSERT_TRUE(
      backend_.ExpandVolume(volume->id, {128 * kMiB, 0}, operation).ok());
  EXPECT_EQ(backend_.CreateVolume(spec, operation)->size_bytes, 128 * kMiB);
}

TEST_F(IdempotentBackendTest, AnyOtherDifferenceIsAlreadyExists) {
  ASSERT_TRUE(backend_.CreateVolume(Spec("a"), operation).ok());
  VolumeSpec block = Spec("a");
  block.access_type = AccessType::kBlock;
  VolumeSpec type = Spec("a");
  type.fs_type = "xfs";
  VolumeSpec source = Spec("a");
  source.source = {ContentSource::Kind::kVolume, "v"};
  VolumeSpec parameters = Spec("a");
  parameters.parameters = {{"k", "v"}};
  for (const VolumeSpec& spec : {block, type, source, parameters}) {
    const auto status = backend_.CreateVolume(spec, operation).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kAlreadyExists));
    EXPECT_NE(status.message().find("differs"), std::string::npos);
  }
}

TEST_F(IdempotentBackendTest, ClaimNamesAndSpelledOutDefaultsDoNotDiffer) {
  ASSERT_TRUE(backend_.CreateVolume(Spec("a"), operation).ok());
  VolumeSpec spec = Spec("a");
  spec.fs_type = "ext4";
  spec.claim_name = "other";
  EXPECT_TRUE(backend_.CreateVolume(spec, operation).ok());
}

TEST_F(IdempotentBackendTest, SnapshotsLikewise) {
  const auto a = backend_.CreateVolume(Spec("a"), operation);
  const auto b = backend_.CreateVolume(Spec("b"), operation);
  const auto first = backend_.CreateSnapshot(SnapshotOf(a->id, "s"), operation);
  const auto second =
      backend_.CreateSnapshot(SnapshotOf(a->id, "s"), operation);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->created_at, first->created_at);
  EXPECT_THAT(
      backend_.CreateSnapshot(SnapshotOf(b->id, "s"), operation).status(),
      HasCode(absl::StatusCode::kAlreadyExists));
  auto other = SnapshotOf(a->id, "s");
  other.parameters = {{"k", "v"}};
  EXPECT_THAT(backend_.CreateSnapshot(other, operation).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(IdempotentBackendTest, DeletingWhatIsGoneIsOk) {
  EXPECT_TRUE(backend_.DeleteVolume("never was", operation).ok());
  EXPECT_TRUE(
      backend_.DeleteVolume(pool->VolumeId({.name = "a"}).value(), operation)
          .ok());
  EXPECT_TRUE(
      backend_
          .DeleteSnapshot(pool->SnapshotId({.name = "a"}).value(), operation)
          .ok());
}

TEST_F(IdempotentBackendTest, OtherErrorsPass) {
  const auto volume = backend_.CreateVolume(Spec("a"), operation);
  Attach(volume->id);
  EXPECT_THAT(backend_.DeleteVolume(volume->id, operation),
              HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(
      backend_.GetVolume(pool->VolumeId({.name = "gone"}).value()).status(),
      HasCode(absl::StatusCode::kNotFound));
}

TEST_F(IdempotentBackendTest, EverythingElsePasses) {
  const auto volume = backend_.CreateVolume(Spec("a"), operation);
  const std::string id = volume->id;
  EXPECT_EQ(backend_.VolumeId({.name = "a"}).value(), id);
  EXPECT_EQ(backend_.SnapshotId({.name = "s"}).value(),
            pool->SnapshotId({.name = "s"}).value());
  EXPECT_TRUE(backend_.SetPublications(id, {{.node_id = "n"}}).ok());
  EXPECT_EQ(backend_.GetVolume(id)->publications.size(), 1u);
  EXPECT_EQ(backend_.ListVolumes({})->entries.size(), 1u);
  EXPECT_GT(backend_.GetCapacity({})->available_bytes, 0);
  EXPECT_TRUE(backend_.Attach(id, AttachMode::kReadWrite, operation).ok());
  EXPECT_TRUE(backend_.FindAttachment(id, AttachMode::kReadWrite)->has_value());
  EXPECT_TRUE(backend_.Detach(id, AttachMode::kReadWrite, operation).ok());
  const auto snapshot = backend_.CreateSnapshot(SnapshotOf(id, "s"), operation);
  EXPECT_EQ(backend_.GetSnapshot(snapshot->id)->name, "s");
  EXPECT_EQ(backend_.ListSnapshots({}, {})->entries.size(), 1u);
}

}  // namespace
}  // namespace holdfast::backend
