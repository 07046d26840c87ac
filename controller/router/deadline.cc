#include "controller/router/deadline.h"

#include <algorithm>

namespace holdfast::controller {
namespace {

constexpr absl::Duration kLeastMargin = absl::Milliseconds(10);
constexpr int kMarginPart = 20;
constexpr absl::Duration kLongestQuestion = absl::Seconds(5);

}  // namespace

absl::Time EarlierThan(absl::Time deadline, absl::Time now) {
  if (deadline == absl::InfiniteFuture()) return deadline;
  return deadline - std::max(kLeastMargin, (deadline - now) / kMarginPart);
}

absl::Time ForQuestion(absl::Time deadline, absl::Time now) {
  if (deadline == absl::InfiniteFuture()) return now + kLongestQuestion;
  return now + std::min((deadline - now) / 2, kLongestQuestion);
}

}  // namespace holdfast::controller
