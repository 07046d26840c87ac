// ExpandVolume and SetPublications.

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;
using backend::Publication;
using ::testing::ElementsAre;

class ExpandTest : public PoolTest {
 protected:
  absl::StatusOr<int64_t> Expand(const std::string& id, int64_t required,
                                 int64_t limit = 0) {
    return pool->ExpandVolume(id, {required, limit}, operation);
  }
};

TEST_F(ExpandTest, GrowsFileAndPromise) {
  const auto volume = Create(Spec("a"));
  const int64_t before = Promised();
  EXPECT_EQ(*Expand(volume.id, 128 * kMiB + 1), 128 * kMiB + 4096);
  EXPECT_EQ(pool->GetVolume(volume.id)->size_bytes, 128 * kMiB + 4096);
  EXPECT_EQ(Promised(), before + 66 * kMiB) << "in whole extents";
  EXPECT_EQ(CountedAnew(), before + 66 * kMiB);
}

TEST_F(ExpandTest, LargeEnoughIsOkAndNothingShrinks) {
  const auto volume = Create(Spec("a"));
  EXPECT_EQ(*Expand(volume.id, kMiB), 64 * kMiB);
  EXPECT_EQ(*Expand(volume.id, 64 * kMiB, 64 * kMiB), 64 * kMiB);
  EXPECT_EQ(pool->GetVolume(volume.id)->size_bytes, 64 * kMiB);
}

TEST_F(ExpandTest, LimitBelowTheSizeIsOutOfRange) {
  const auto volume = Create(Spec("a"));
  EXPECT_THAT(Expand(volume.id, kMiB, 32 * kMiB).status(),
              HasCode(absl::StatusCode::kOutOfRange));
}

TEST_F(ExpandTest, NoRoomChangesNothing) {
  const auto volume = Create(Spec("a"));
  const int64_t before = Promised();
  EXPECT_THAT(Expand(volume.id, 20 * kGiB).status(),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(pool->GetVolume(volume.id)->size_bytes, 64 * kMiB);
  EXPECT_EQ(Promised(), before);
}

TEST_F(ExpandTest, SurvivesAPowerCutOnceAnswered) {
  const auto volume = Create(Spec("a"));
  ASSERT_TRUE(Expand(volume.id, 128 * kMiB).ok());
  CutPowerAndReopen();
  EXPECT_EQ(pool->GetVolume(volume.id)->size_bytes, 128 * kMiB);
}

TEST_F(ExpandTest, SizeOfACutShortCallIsMadeDurableByItsRepetition) {
  const auto volume = Create(Spec("a"));
  kernel.calls().FailNext("DataFiles.Sync", EIO);
  EXPECT_FALSE(Expand(volume.id, 128 * kMiB).ok());
  ASSERT_TRUE(Expand(volume.id, 128 * kMiB).ok());
  EXPECT_EQ(Promised(), CountedAnew());
  CutPowerAndReopen();
  EXPECT_EQ(pool->GetVolume(volume.id)->size_bytes, 128 * kMiB);
}

TEST_F(ExpandTest, AttachedDevicesGrowToo) {
  const auto volume = Create(BlockSpec("a"));
  Attach(volume.id);
  ASSERT_TRUE(pool->Attach(volume.id, AttachMode::kReadOnly, operation).ok());
  ASSERT_TRUE(Expand(volume.id, 128 * kMiB).ok());
  for (const auto mode : {AttachMode::kReadWrite, AttachMode::kReadOnly}) {
    EXPECT_EQ((*pool->FindAttachment(volume.id, mode))->size_bytes, 128 * kMiB);
  }
}

TEST_F(ExpandTest, MountedFileSystemGrowsToo) {
  const auto volume = Create(Spec("a"));
  Mount(Attach(volume.id));
  ASSERT_TRUE(Expand(volume.id, 128 * kMiB).ok());
  EXPECT_EQ(kernel.file_systems().Probe(layout.Volume(volume.id))->size_bytes,
            128 * kMiB);
}

TEST_F(ExpandTest, FileSystemThatCannotGrowNowKeepsTheLargerDevice) {
  const auto volume = Create(Spec("a"));
  Mount(Attach(volume.id));
  kernel.SetCanGrowMountedExt4(false);
  EXPECT_THAT(Expand(volume.id, 128 * kMiB).status(),
              HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(
      (*pool->FindAttachment(volume.id, AttachMode::kReadWrite))->size_bytes,
      128 * kMiB);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(ExpandTest, MissingVolumeIsNotFound) {
  EXPECT_THAT(Expand(pool->VolumeId({.name = "gone"}).value(), kMiB).status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ExpandTest, PublicationsAreReplacedDurably) {
  const auto volume = Create(Spec("a"));
  const Publication one{.node_id = "n1"};
  const Publication two{
      .node_id = "n2",
      .read_only = true,
      .access_mode = backend::AccessMode::kMultiNodeReaderOnly};
  ASSERT_TRUE(pool->SetPublications(volume.id, {one}).ok());
  ASSERT_TRUE(pool->SetPublications(volume.id, {one, two}).ok());
  CutPowerAndReopen();
  const auto read = pool->GetVolume(volume.id);
  EXPECT_THAT(read->publications, ElementsAre(one, two));
  EXPECT_EQ(read->spec.name, "a");
  EXPECT_EQ(read->created_at, volume.created_at);
}

TEST_F(ExpandTest, TooManyPublicationsLeaveTheRecordAsItWas) {
  const auto volume = Create(Spec("a"));
  const std::vector<Publication> many(1000,
                                      Publication{.node_id = "some-node-name"});
  EXPECT_THAT(pool->SetPublications(volume.id, many),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(pool->GetVolume(volume.id)->publications.empty());
}

TEST_F(ExpandTest, PublicationsOfAMissingVolumeAreNotFound) {
  EXPECT_THAT(
      pool->SetPublications(pool->VolumeId({.name = "gone"}).value(), {}),
      HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace holdfast::pool
