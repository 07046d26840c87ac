#include "tests/root/load/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/status/status.h"

namespace holdfast::root {
namespace {

int64_t Of(const PerDeed& counts, Deed deed) {
  return counts[static_cast<size_t>(deed)];
}

TEST(GateTest, NotNowIsAskedAgainAndCountsOnce) {
  Gate gate(Patience::kUntilAnswered);
  int attempts = 0;
  EXPECT_TRUE(gate.Pass(Deed::kStage,
                        [&] {
                          ++attempts;
                          if (attempts == 1)
                            return absl::UnavailableError("dead");
                          if (attempts == 2) return absl::AbortedError("busy");
                          return absl::OkStatus();
                        })
                  .ok());
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(gate.attempts(), 3);
  EXPECT_EQ(Of(gate.answered(), Deed::kStage), 1);
}

TEST(GateTest, EveryOtherAnswerIsFinal) {
  Gate gate(Patience::kUntilAnswered);
  int attempts = 0;
  const absl::Status answer = gate.Pass(Deed::kDelete, [&] {
    ++attempts;
    return absl::InternalError("surprise");
  });
  EXPECT_EQ(answer.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(attempts, 1);
  EXPECT_EQ(Of(gate.answered(), Deed::kDelete), 0);
}

TEST(GateTest, WithoutPatienceNotNowIsFinalToo) {
  Gate gate(Patience::kNone);
  EXPECT_TRUE(absl::IsUnavailable(
      gate.Pass(Deed::kDelete, [] { return absl::UnavailableError("dead"); })));
}

// One that is asked again waits outside, with the call still in mind.
TEST(GateTest, NobodyIsInsideAClosedGate) {
  Gate gate(Patience::kUntilAnswered);
  std::atomic<bool> dead{true};
  std::atomic<int> attempts{0};
  std::thread caller([&] {
    EXPECT_TRUE(gate.Pass(Deed::kStage,
                          [&] {
                            ++attempts;
                            return dead ? absl::UnavailableError("dead")
                                        : absl::OkStatus();
                          })
                    .ok());
  });
  while (attempts == 0) std::this_thread::yield();
  gate.Close();
  EXPECT_EQ(Of(gate.inside(), Deed::kStage), 0);
  const int before = attempts;
  dead = false;
  EXPECT_EQ(attempts, before);
  gate.Open();
  caller.join();
  EXPECT_EQ(attempts, before + 1);
}

}  // namespace
}  // namespace holdfast::root
