#include "base/semaphore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace holdfast {
namespace {

// Its deadline has passed, so that it never waits.
struct Impatient : Operation {
  Impatient() : Operation("CreateVolume", absl::InfinitePast()) {}
};

TEST(SemaphoreTest, AdmitsAsManyAsItHasPermits) {
  Semaphore semaphore(2);
  const Impatient operation;
  const auto first = semaphore.Acquire(operation);
  const auto second = semaphore.Acquire(operation);
  const auto third = semaphore.Acquire(operation);
  EXPECT_TRUE(first.ok());
  EXPECT_TRUE(second.ok());
  EXPECT_FALSE(third.ok());
}

TEST(SemaphoreTest, TimeOutIsUnavailableAndNamesTheOperation) {
  Semaphore semaphore(0);
  const absl::Status status = semaphore.Acquire(Impatient()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              ::testing::HasSubstr("CreateVolume"));
}

TEST(SemaphoreTest, PermitIsGivenBackOnceHoweverOftenMoved) {
  Semaphore semaphore(1);
  const Impatient operation;
  {
    auto first = semaphore.Acquire(operation);
    ASSERT_TRUE(first.ok());
    Semaphore::Permit moved = *std::move(first);
    EXPECT_FALSE(semaphore.Acquire(operation).ok());
  }
  const auto again = semaphore.Acquire(operation);
  EXPECT_TRUE(again.ok());
  EXPECT_FALSE(semaphore.Acquire(operation).ok());
}

TEST(SemaphoreTest, WaitsUntilAPermitIsGivenBack) {
  Semaphore semaphore(1);
  const Operation patient("patient");
  std::optional<absl::StatusOr<Semaphore::Permit>> first(
      semaphore.Acquire(patient));
  std::atomic<bool> given_back = false;
  std::atomic<bool> admitted_early = false;
  std::jthread waiter([&] {
    const auto permit = semaphore.Acquire(patient);
    admitted_early = !given_back || !permit.ok();
  });
  given_back = true;
  first.reset();
  waiter.join();
  EXPECT_FALSE(admitted_early);
}

TEST(SemaphoreTest, NeverMoreInsideThanPermits) {
  Semaphore semaphore(2);
  const Operation patient("patient");
  std::atomic<int> inside = 0;
  std::atomic<int> worst = 0;
  const auto work = [&] {
    for (int i = 0; i < 500; ++i) {
      const auto permit = semaphore.Acquire(patient);
      const int now = ++inside;
      if (now > worst) worst = now;
      std::this_thread::yield();
      --inside;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  EXPECT_LE(worst, 2);
  EXPECT_EQ(inside, 0);
}

}  // namespace
}  // namespace holdfast
