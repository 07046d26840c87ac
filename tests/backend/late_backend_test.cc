#include "backend/late_backend.h"

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::backend {
namespace {

using pool::HasCode;

class LateBackendTest : public ::testing::Test, protected pool::PoolFixture {
 protected:
  LateBackend backend_{"the pool is another's"};
};

TEST_F(LateBackendTest, BeforeItIsSetEveryVerbIsUnavailable) {
  const auto unavailable = HasCode(absl::StatusCode::kUnavailable);
  EXPECT_THAT(backend_.CheckReady(), unavailable);
  EXPECT_THAT(backend_.Pools(), ::testing::IsEmpty());
  EXPECT_THAT(backend_.VolumeId({.name = "a"}).status(), unavailable);
  EXPECT_THAT(backend_.SnapshotId({.name = "a"}).status(), unavailable);
  EXPECT_THAT(backend_.CreateVolume(Spec("a"), operation).status(),
              unavailable);
  EXPECT_THAT(backend_.DeleteVolume("v", operation), unavailable);
  const absl::Status got = backend_.GetVolume("v").status();
  EXPECT_THAT(got, unavailable);
  EXPECT_EQ(got.message(), "the pool is another's");
  EXPECT_THAT(backend_.Detach("v", AttachMode::kReadWrite, operation),
              unavailable);
  EXPECT_THAT(backend_.FindAttachment("v", AttachMode::kReadWrite).status(),
              unavailable);
}

TEST_F(LateBackendTest, OnceSetItIsTheBackend) {
  backend_.Set(*pool);
  EXPECT_TRUE(backend_.CheckReady().ok());
  EXPECT_EQ(backend_.Pools(), pool->Pools());
  EXPECT_EQ(backend_.VolumeId({.name = "a"}).value(),
            pool->VolumeId({.name = "a"}).value());
  const auto volume = backend_.CreateVolume(Spec("a"), operation);
  ASSERT_TRUE(volume.ok()) << volume.status();
  EXPECT_EQ(backend_.GetVolume(volume->id)->id, volume->id);
  EXPECT_TRUE(backend_.DeleteVolume(volume->id, operation).ok());
}

}  // namespace
}  // namespace holdfast::backend
