#include "tests/bench/run.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/bench/progress.h"

namespace holdfast::bench {
namespace {

constexpr Step kUpSteps[] = {Step::kCreate, Step::kStage, Step::kPublish};
constexpr Step kDownSteps[] = {Step::kUnpublish, Step::kUnstage, Step::kDelete};

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

absl::StatusOr<absl::Duration> Timed(Contender& contender, Step step,
                                     int number, Latencies& latencies) {
  const absl::Time begin = absl::Now();
  const absl::Status status = contender.Run(step, number);
  const absl::Duration taken = absl::Now() - begin;
  if (!status.ok()) {
    return Annotate(status, absl::StrCat(NameOf(step), " of volume ", number));
  }
  latencies.Add(step, taken);
  return taken;
}

absl::Status BringUp(Contender& contender, int number, Latencies& latencies) {
  RETURN_IF_ERROR(CheckInterrupt());
  RETURN_IF_ERROR(contender.Prepare(number));
  absl::Duration sum;
  for (const Step step : kUpSteps) {
    ASSIGN_OR_RETURN(const absl::Duration taken,
                     Timed(contender, step, number, latencies));
    sum += taken;
  }
  latencies.Add(Step::kUp, sum);
  return absl::OkStatus();
}

absl::Status TakeDown(Contender& contender, int number, Latencies& latencies) {
  for (const Step step : kDownSteps) {
    RETURN_IF_ERROR(Timed(contender, step, number, latencies).status());
  }
  return absl::OkStatus();
}

using Work = absl::Status (*)(Contender&, int, Latencies&);

// All volumes through `work`, in turns.
absl::Status Phase(const Shape& shape,
                   const std::vector<Contender*>& contenders, Work work,
                   std::vector<Measured>& measured,
                   absl::Duration Measured::*total) {
  for (int begin = 0; begin < shape.volumes; begin += shape.turn) {
    const int end = std::min(begin + shape.turn, shape.volumes);
    for (size_t i = 0; i < contenders.size(); ++i) {
      const absl::Time start = absl::Now();
      RETURN_IF_ERROR(ForEach(begin, end, shape.callers, [&](int number) {
        return work(*contenders[i], number, *measured[i].latencies);
      }));
      measured[i].*total += absl::Now() - start;
      measured[i].latencies->EndTurn();
    }
  }
  return absl::OkStatus();
}

// Volumes that were never made are errors nobody asks about.
void TakeAllDown(const Shape& shape,
                 const std::vector<Contender*>& contenders) {
  for (Contender* contender : contenders) {
    for (int i = 0; i < shape.volumes; ++i) {
      for (const Step step : kDownSteps) contender->Run(step, i).IgnoreError();
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<Measured>> Measure(
    const Shape& shape, const std::vector<Contender*>& contenders,
    const std::function<void()>& when_up) {
  std::vector<Measured> measured(contenders.size());
  absl::Cleanup undo = [&] { TakeAllDown(shape, contenders); };
  RETURN_IF_ERROR(Phase(shape, contenders, BringUp, measured, &Measured::up));
  when_up();
  RETURN_IF_ERROR(
      Phase(shape, contenders, TakeDown, measured, &Measured::down));
  std::move(undo).Cancel();
  return measured;
}

absl::Status Live(Contender& contender, int number) {
  Latencies ignored;
  RETURN_IF_ERROR(BringUp(contender, number, ignored));
  return TakeDown(contender, number, ignored);
}

}  // namespace holdfast::bench
