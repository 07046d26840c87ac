#include "node/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/status.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ErrorsTest, SuccessStaysSuccess) {
  EXPECT_TRUE(OutsidePool(absl::OkStatus(), "make x").ok());
  EXPECT_TRUE(MountRefused(absl::OkStatus(), "v").ok());
}

TEST(ErrorsTest, AFullHostIsNotAFullPool) {
  for (const int error : {ENOSPC, EDQUOT}) {
    const absl::Status status = ErrnoError("mkdir", "/x", error);
    EXPECT_EQ(OutsidePool(status, "make /x").code(), StatusCode::kUnavailable);
    EXPECT_EQ(MountRefused(status, "v").code(), StatusCode::kUnavailable);
  }
}

TEST(ErrorsTest, WhatIsBusyOrReadOnlyIsForTheCallerToChange) {
  for (const int error : {EBUSY, EROFS}) {
    EXPECT_EQ(OutsidePool(ErrnoError("umount", "/x", error), "unmount").code(),
              StatusCode::kFailedPrecondition);
  }
}

TEST(ErrorsTest, APathThatLeadsNowhereIsForTheCallerToMake) {
  for (const int error : {ENOENT, ENOTDIR, ELOOP}) {
    EXPECT_EQ(OutsidePool(ErrnoError("mkdir", "/x/y", error), "make").code(),
              StatusCode::kFailedPrecondition);
  }
  EXPECT_EQ(OutsidePool(ErrnoError("mkdir", "/x", ENAMETOOLONG), "make").code(),
            StatusCode::kInvalidArgument);
}

TEST(ErrorsTest, SurprisesStayInternalAndSayWhatWasDone) {
  const auto status = OutsidePool(ErrnoError("mkdir", "/x", EIO), "make /x");
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_TRUE(IsErrno(status, EIO));
  EXPECT_THAT(std::string(status.message()), HasSubstr("make /x: mkdir /x"));
}

TEST(ErrorsTest, ARefusedMountKeepsTheKernelsWords) {
  const auto status = MountRefused(
      ErrnoError("fsconfig", "/dev/loop7", EINVAL, "Unknown parameter 'x'"),
      "v1");
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("v1"), HasSubstr("Unknown parameter 'x'")));
  for (const int error : {EUCLEAN, EBADMSG, ENODEV, EBUSY, EROFS}) {
    EXPECT_EQ(MountRefused(ErrnoError("fsconfig", "d", error), "v").code(),
              StatusCode::kFailedPrecondition)
        << error;
  }
}

}  // namespace
}  // namespace holdfast::node
