// Attach where others have the file: never two writers on one file.

#include "tests/backend/pool/attach_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AttachHoldersTest : public AttachTest {};

TEST_F(AttachHoldersTest, TwoWritersAreNamedAndNeitherIsUsed) {
  expected_violations = 1;
  const auto fd =
      kernel.files().Open(layout.Volume(volume_.id), os::OpenMode::kReadWrite);
  for (const int number : {5, 6}) {
    ASSERT_TRUE(
        kernel.loops().Configure(number, fd->get(), {.name = volume_.id}).ok());
  }
  for (const bool reopened : {false, true}) {
    if (reopened) Reopen();
    for (const auto& status :
         {TryAttach(), pool->Detach(volume_.id, kRw, operation),
          pool->DeleteVolume(volume_.id, operation)}) {
      EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
      EXPECT_THAT(std::string(status.message()),
                  AllOf(HasSubstr("/dev/loop5"), HasSubstr("/dev/loop6")));
    }
  }
  EXPECT_THAT(kernel.AttachedLoops(), ElementsAre(5, 6));
}

TEST_F(AttachHoldersTest, FileThatAnotherHasOpenIsNotAttached) {
  const auto other =
      kernel.files().Open(layout.Volume(volume_.id), os::OpenMode::kReadOnly);
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_GE(waited, absl::Milliseconds(900));
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
}

TEST_F(AttachHoldersTest, ForeignDeviceOnTheFileIsNamed) {
  {
    const auto fd = kernel.files().Open(layout.Volume(volume_.id),
                                        os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.loops().Configure(5, fd->get(), {.name = "x"}).ok());
  }
  const absl::Status status = TryAttach();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/dev/loop5"));
  EXPECT_THAT(kernel.AttachedLoops(), ElementsAre(5));
}

TEST_F(AttachHoldersTest, LateReleaseIsWaitedFor) {
  kernel.SetLeaseLingers(4);
  Attach(volume_.id);
  EXPECT_GT(waited, absl::ZeroDuration());
}

TEST_F(AttachHoldersTest, ReadOnlyDeviceIsOneOfItsOwn) {
  const auto writer = Attach(volume_.id);
  const auto reader = pool->Attach(volume_.id, kRo, operation);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_NE(reader->device_path, writer.device_path);
  EXPECT_EQ(Device(kRw), writer.device_path);
  EXPECT_EQ(Device(kRo), reader->device_path);
  ASSERT_TRUE(pool->Detach(volume_.id, kRo, operation).ok());
  EXPECT_EQ(Device(kRw), writer.device_path);
  EXPECT_EQ(Device(kRo), "");
}

TEST_F(AttachHoldersTest, WriterBesideOwnReaderIsTheOnlyWriter) {
  ASSERT_TRUE(pool->Attach(volume_.id, kRo, operation).ok());
  Attach(volume_.id);
  Attach(volume_.id);
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(2));
}

TEST_F(AttachHoldersTest, ReaderDoesNotHideAForeignWriter) {
  ASSERT_TRUE(pool->Attach(volume_.id, kRo, operation).ok());
  {
    const auto fd = kernel.files().Open(layout.Volume(volume_.id),
                                        os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.loops().Configure(6, fd->get(), {.name = "x"}).ok());
  }
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace holdfast::pool
