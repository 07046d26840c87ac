#include "base/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

namespace holdfast {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Text(const absl::Status& status) {
  return std::string(status.message());
}

TEST(StatusTest, ErrnoErrorSaysCallObjectReasonAndDetail) {
  EXPECT_THAT(Text(ErrnoError("mount", "/dev/loop7", EBUSY, "ext4: no")),
              AllOf(HasSubstr("mount /dev/loop7"), HasSubstr("busy"),
                    HasSubstr("(ext4: no)")));
  EXPECT_EQ(Text(ErrnoError("mount", "/x", EBUSY)).find('('),
            std::string::npos);
}

// absl::ErrnoToStatus would make NOT_FOUND of ENOENT, which a caller of the
// CSI reads as "the volume does not exist".
TEST(StatusTest, ErrnoErrorIsInternalWhateverTheErrno) {
  for (const int error : {ENOENT, ENXIO, ENODEV, EBUSY, EINVAL, EEXIST, EROFS,
                          ESTALE, EIO, EPERM, EACCES}) {
    EXPECT_EQ(ErrnoError("open", "/x", error).code(),
              absl::StatusCode::kInternal)
        << error;
  }
}

TEST(StatusTest, OnlyLackOfSpaceIsResourceExhausted) {
  for (const int error : {ENOSPC, EDQUOT}) {
    EXPECT_EQ(ErrnoError("write", "/x", error).code(),
              absl::StatusCode::kResourceExhausted);
  }
  for (const int error : {EMFILE, ENFILE, ENOMEM, EFBIG}) {
    EXPECT_EQ(ErrnoError("write", "/x", error).code(),
              absl::StatusCode::kInternal);
  }
}

TEST(StatusTest, ErrnoTravelsAlong) {
  const absl::Status status = ErrnoError("open", "/x", ENOENT);
  EXPECT_EQ(GetErrno(status), ENOENT);
  EXPECT_TRUE(IsErrno(status, ENOENT));
  EXPECT_FALSE(IsErrno(status, EBUSY));
}

TEST(StatusTest, OtherStatusesCarryNoErrno) {
  EXPECT_EQ(GetErrno(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(GetErrno(absl::NotFoundError("gone")), std::nullopt);
  EXPECT_FALSE(IsErrno(absl::OkStatus(), 0));
}

TEST(StatusTest, AnnotateAddsContextAndKeepsCodeAndErrno) {
  const absl::Status status =
      Annotate(Annotate(ErrnoError("open", "/x", ENOSPC), "clone"), "create");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(IsErrno(status, ENOSPC));
  EXPECT_THAT(Text(status), ::testing::StartsWith("create: clone: open /x"));
}

TEST(StatusTest, AnnotateLeavesOkAlone) {
  EXPECT_TRUE(Annotate(absl::OkStatus(), "create").ok());
}

TEST(StatusTest, WithCodeKeepsMessageAndErrno) {
  const absl::Status before = ErrnoError("open", "/x", EBUSY);
  const absl::Status after =
      WithCode(before, absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(after.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Text(after), Text(before));
  EXPECT_TRUE(IsErrno(after, EBUSY));
}

absl::StatusOr<std::unique_ptr<int>> Make(int value) {
  if (value < 0) return absl::OutOfRangeError("negative");
  return std::make_unique<int>(value);
}

absl::StatusOr<int> Sum(int a, int b) {
  ASSIGN_OR_RETURN(const auto first, Make(a));
  ASSIGN_OR_RETURN(const auto second, Make(b));
  return *first + *second;
}

absl::Status Check(int a, int& reached) {
  RETURN_IF_ERROR(Make(a).status());
  ++reached;
  return absl::OkStatus();
}

TEST(StatusMacrosTest, AssignOrReturnMovesTheValueOut) {
  EXPECT_EQ(*Sum(2, 3), 5);
}

TEST(StatusMacrosTest, AssignOrReturnReturnsTheFirstError) {
  EXPECT_EQ(Sum(-1, 3).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Sum(1, -3).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(StatusMacrosTest, ReturnIfErrorGoesOnOnlyWhenOk) {
  int reached = 0;
  EXPECT_FALSE(Check(-1, reached).ok());
  EXPECT_EQ(reached, 0);
  EXPECT_TRUE(Check(1, reached).ok());
  EXPECT_EQ(reached, 1);
}

}  // namespace
}  // namespace holdfast
