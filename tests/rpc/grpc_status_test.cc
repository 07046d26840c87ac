#include "rpc/grpc_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace holdfast::rpc {
namespace {

using testing::EndsWith;
using testing::IsEmpty;

// The canonical codes are 0 to 16 by definition, in both libraries.
constexpr int kCodes = 17;

TEST(GrpcStatusTest, EveryCodeCrossesBothWays) {
  for (int i = 0; i < kCodes; ++i) {
    const absl::Status status(static_cast<absl::StatusCode>(i), "why");
    const grpc::Status on_wire = ToGrpc(status);
    EXPECT_EQ(static_cast<int>(on_wire.error_code()), i);
    EXPECT_EQ(static_cast<int>(FromGrpc(on_wire).code()), i);
    EXPECT_EQ(on_wire.error_message(), i == 0 ? "" : "why");
    EXPECT_EQ(FromGrpc(on_wire), status);
  }
}

TEST(GrpcStatusTest, NumbersThatAreNoCodeAreUnknown) {
  EXPECT_EQ(
      ToGrpc(absl::Status(static_cast<absl::StatusCode>(99), "x")).error_code(),
      grpc::StatusCode::UNKNOWN);
  EXPECT_EQ(FromGrpc(grpc::Status(grpc::StatusCode::DO_NOT_USE, "x")).code(),
            absl::StatusCode::kUnknown);
  EXPECT_EQ(
      FromGrpc(grpc::Status(static_cast<grpc::StatusCode>(30), "x")).code(),
      absl::StatusCode::kUnknown);
}

TEST(GrpcStatusTest, FailureAlwaysHasAMessage) {
  for (int i = 1; i < kCodes; ++i) {
    const absl::Status silent(static_cast<absl::StatusCode>(i), "");
    EXPECT_NE(ToGrpc(silent).error_message(), "") << i;
  }
}

TEST(GrpcStatusTest, PayloadsStayBehind) {
  absl::Status status = absl::InternalError("why");
  status.SetPayload("errno", absl::Cord("5"));
  EXPECT_THAT(ToGrpc(status).error_details(), IsEmpty());
}

TEST(GrpcStatusTest, LongMessageIsCut) {
  const std::string longest(kMaxMessageBytes, 'x');
  EXPECT_EQ(ToGrpc(absl::InternalError(longest)).error_message(), longest);
  const std::string cut =
      ToGrpc(absl::InternalError(longest + "y")).error_message();
  EXPECT_EQ(cut.size(), kMaxMessageBytes);
  EXPECT_THAT(cut, EndsWith("x..."));
}

TEST(GrpcStatusTest, CutDoesNotSplitACharacter) {
  // Three bytes a character; with up to two bytes before them the cut falls
  // on each of the three.
  for (const char* before : {"", "a", "ab"}) {
    std::string message = before;
    while (message.size() <= kMaxMessageBytes) message += "\u20ac";
    std::string cut = ToGrpc(absl::InternalError(message)).error_message();
    ASSERT_LE(cut.size(), kMaxMessageBytes);
    EXPECT_THAT(cut, EndsWith("\u20ac..."));
  }
}

}  // namespace
}  // namespace holdfast::rpc
