#include "tests/fakes/data.h"

#include <algorithm>

namespace holdfast::fakes {
namespace {

int64_t RoundDown(int64_t bytes) { return bytes - bytes % kBlockBytes; }
int64_t RoundUp(int64_t bytes) { return RoundDown(bytes + kBlockBytes - 1); }

// Splits the extent that `at` lies inside of, so that one begins there.
void SplitAt(Data& data, int64_t at) {
  auto next = data.extents.lower_bound(at);
  if (next == data.extents.begin()) return;
  auto& [offset, extent] = *std::prev(next);
  const int64_t kept = at - offset;
  if (kept >= extent.length) return;
  data.extents[at] = {.length = extent.length - kept,
                      .physical = extent.physical + kept,
                      .is_written = extent.is_written};
  extent.length = kept;
}

}  // namespace

int64_t Allocate(Data& data, int64_t offset, int64_t length, int64_t physical) {
  if (length <= 0) return 0;
  const int64_t begin = RoundDown(offset);
  const int64_t end = RoundUp(offset + length);
  SplitAt(data, begin);
  SplitAt(data, end);
  data.extents.erase(data.extents.lower_bound(begin),
                     data.extents.lower_bound(end));
  data.extents[begin] = {.length = end - begin, .physical = physical};
  data.size = std::max(data.size, offset + length);
  return end - begin;
}

void Punch(Data& data, int64_t offset, int64_t length) {
  const int64_t begin = RoundUp(offset);
  const int64_t end = RoundDown(offset + length);
  if (begin >= end) return;
  SplitAt(data, begin);
  SplitAt(data, end);
  data.extents.erase(data.extents.lower_bound(begin),
                     data.extents.lower_bound(end));
}

void Resize(Data& data, int64_t size) {
  if (size < data.size) {
    const int64_t end = RoundUp(size);
    SplitAt(data, end);
    data.extents.erase(data.extents.lower_bound(end), data.extents.end());
    if (static_cast<int64_t>(data.text.size()) > size) data.text.resize(size);
  }
  data.size = size;
}

bool IsBlank(const Data& data) {
  return std::none_of(data.extents.begin(), data.extents.end(),
                      [](const auto& each) { return each.second.is_written; });
}

int64_t AllocatedBytes(const Data& data) {
  int64_t sum = 0;
  for (const auto& [offset, extent] : data.extents) sum += extent.length;
  return sum;
}

}  // namespace holdfast::fakes
