#include "controller/router/hop.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

class HopTest : public testing::Test {
 protected:
  // What the router makes of this answer of an agent.
  absl::Status Passed(grpc::StatusCode code) {
    return FromAgent(agent_, grpc::Status(code, "the words"));
  }

  Agent agent_{{.path = "/run/a.sock"}, Keys()};
};

TEST_F(HopTest, AnAgentsErrorsPassAsTheyAre) {
  for (const auto& [code, expected] :
       {std::pair(grpc::INVALID_ARGUMENT, absl::StatusCode::kInvalidArgument),
        std::pair(grpc::NOT_FOUND, absl::StatusCode::kNotFound),
        std::pair(grpc::ALREADY_EXISTS, absl::StatusCode::kAlreadyExists),
        std::pair(grpc::RESOURCE_EXHAUSTED,
                  absl::StatusCode::kResourceExhausted),
        std::pair(grpc::FAILED_PRECONDITION,
                  absl::StatusCode::kFailedPrecondition),
        std::pair(grpc::ABORTED, absl::StatusCode::kAborted),
        std::pair(grpc::OUT_OF_RANGE, absl::StatusCode::kOutOfRange),
        std::pair(grpc::UNIMPLEMENTED, absl::StatusCode::kUnimplemented),
        std::pair(grpc::INTERNAL, absl::StatusCode::kInternal),
        std::pair(grpc::DATA_LOSS, absl::StatusCode::kDataLoss)}) {
    EXPECT_EQ(Passed(code), absl::Status(expected, "the words"));
  }
  EXPECT_EQ(FromAgent(agent_, grpc::Status::OK), absl::OkStatus());
}

TEST_F(HopTest, ABrokenConnectionIsNeverAFinalAnswer) {
  for (const grpc::StatusCode code :
       {grpc::UNAVAILABLE, grpc::UNKNOWN, grpc::CANCELLED}) {
    const absl::Status status = Passed(code);
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_EQ(status.message(), "agent unix:///run/a.sock: the words");
  }
}

TEST_F(HopTest, AnAgentThatIsTooSlowIsNamed) {
  SocketDirectory directory;
  PoolAgent slow(directory.Socket("a"), "pool-a", "node-a");
  const Hang hang(slow);
  Directory known({slow.endpoint()});
  Agents& agents = known.agents;
  grpc::ServerContext caller;
  Operation patient("GetCapacity");
  const auto roster = agents.Reachable(patient);
  ASSERT_EQ(roster.connected.size(), 1U);
  Operation operation("GetCapacity", absl::Now() + kShort);
  csi::v1::GetCapacityResponse response;
  const absl::Status status =
      CallAgent({caller, operation, agents}, *roster.connected.front().agent,
                &Stub::GetCapacity, csi::v1::GetCapacityRequest(), response);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_NE(std::string(status.message()).find(slow.endpoint().ToString()),
            std::string::npos)
      << status;
}

TEST_F(HopTest, AnAgentThatDidNotAnswerInTimeIsDoubted) {
  SocketDirectory directory;
  PoolAgent a(directory.Socket("a"), "pool-a", "node-a");
  Directory known({a.endpoint()});
  Agents& agents = known.agents;
  Operation operation("test");
  const auto roster = agents.Reachable(operation);
  ASSERT_EQ(roster.connected.size(), 1U);
  a.Freeze();  // so that it does not answer when it is asked again
  EXPECT_EQ(agents.Reachable(operation).connected.size(), 1U);
  grpc::ServerContext caller;
  const absl::Status status =
      Heard({caller, operation, agents}, *roster.connected.front().agent,
            grpc::Status(grpc::DEADLINE_EXCEEDED, "too late"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  const Operation hurried("test", absl::Now() + kShort);
  EXPECT_TRUE(agents.Reachable(hurried).connected.empty());
  a.Thaw();
}

}  // namespace
}  // namespace holdfast::controller
