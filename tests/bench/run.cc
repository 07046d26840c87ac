#include "tests/bench/run.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace holdfast::bench {
namespace {

constexpr int kTurn = 50;  // volumes of one contender before the other's turn

// Calls `work` for each number of [begin, end), from several threads.
absl::Status ForEach(int begin, int end, int callers,
                     const std::function<absl::Status(int)>& work) {
  std::atomic<int> next{begin};
  std::vector<absl::Status> statuses(static_cast<size_t>(callers));
  std::vector<std::thread> threads;
  for (absl::Status& status : statuses) {
    threads.emplace_back([&] {
      for (int i; status.ok() && (i = next++) < end;) status = work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::Status Timed(Contender& contender, Step step, int number,
                   Latencies& latencies) {
  const absl::Time begin = absl::Now();
  const absl::Status status = contender.Run(step, number);
  latencies.Add(step, absl::Now() - begin);
  return status.ok() ? status
                     : Annotate(status, absl::StrCat(NameOf(step),
                                                     " of volume ", number));
}

absl::Status BringUp(Contender& contender, int number, Latencies& latencies) {
  const absl::Time begin = absl::Now();
  for (const Step step : {Step::kCreate, Step::kStage, Step::kPublish}) {
    RETURN_IF_ERROR(Timed(contender, step, number, latencies));
  }
  latencies.Add(Step::kUp, absl::Now() - begin);
  return absl::OkStatus();
}

absl::Status TakeDown(Contender& contender, int number, Latencies& latencies) {
  for (const Step step : {Step::kUnpublish, Step::kUnstage, Step::kDelete}) {
    RETURN_IF_ERROR(Timed(contender, step, number, latencies));
  }
  return absl::OkStatus();
}

using Work = absl::Status (*)(Contender&, int, Latencies&);

// All volumes through `work`, in turns.
absl::Status Phase(const Shape& shape,
                   const std::vector<Contender*>& contenders, Work work,
                   std::vector<Measured>& measured,
                   absl::Duration Measured::*total) {
  for (int begin = 0; begin < shape.volumes; begin += kTurn) {
    const int end = std::min(begin + kTurn, shape.volumes);
    for (size_t i = 0; i < contenders.size(); ++i) {
      const absl::Time start = absl::Now();
      RETURN_IF_ERROR(ForEach(begin, end, shape.callers, [&](int number) {
        return work(*contenders[i], number, *measured[i].latencies);
      }));
      measured[i].*total += absl::Now() - start;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Measured>> Measure(
    const Shape& shape, const std::vector<Contender*>& contenders,
    const std::function<void()>& when_up) {
  std::vector<Measured> measured(contenders.size());
  RETURN_IF_ERROR(Phase(shape, contenders, BringUp, measured, &Measured::up));
  when_up();
  RETURN_IF_ERROR(
      Phase(shape, contenders, TakeDown, measured, &Measured::down));
  return measured;
}

}  // namespace holdfast::bench
