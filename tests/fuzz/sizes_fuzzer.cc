// Sizes: of requests, as numbers; and as people write them.

#include <fuzzer/FuzzedDataProvider.h>

#include "backend/convert_csi.h"
#include "backend/pool/sizes.h"
#include "cli/size.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast::pool {
namespace {

void CheckChosen(const absl::StatusOr<int64_t>& chosen,
                 const backend::CapacityRange& range, int64_t at_least,
                 int64_t block_bytes) {
  if (!chosen.ok()) {
    FUZZ_CHECK(absl::IsOutOfRange(chosen.status()));
    return;
  }
  FUZZ_CHECK(*chosen > 0 && *chosen % block_bytes == 0);
  FUZZ_CHECK(*chosen >= at_least && *chosen >= range.required_bytes);
  FUZZ_CHECK(range.limit_bytes == 0 || *chosen <= range.limit_bytes);
}

void CheckRange(const csi::v1::CapacityRange& message,
                FuzzedDataProvider& input) {
  const auto range = backend::FromCsi(message);
  if (!range.ok()) {
    FUZZ_CHECK(absl::IsOutOfRange(range.status()));
    return;
  }
  FUZZ_CHECK(range->required_bytes >= 0 && range->limit_bytes >= 0);
  const int64_t block = input.ConsumeBool() ? 512 : 4096;
  const int64_t blocks = INT64_MAX / block;
  const SizeRules rules{
      .block_bytes = block,
      .minimum_bytes = input.ConsumeIntegralInRange<int64_t>(0, 1 << 30),
      .source_bytes = block * input.ConsumeIntegralInRange<int64_t>(0, blocks)};
  CheckChosen(ChooseSize(*range, rules), *range,
              std::max(rules.minimum_bytes, rules.source_bytes), block);
  const int64_t size = block * input.ConsumeIntegralInRange<int64_t>(1, blocks);
  CheckChosen(ChooseLargerSize(*range, size, block), *range, size, block);
}

}  // namespace
}  // namespace holdfast::pool

HOLDFAST_FUZZ_TARGET(bytes) {
  FuzzedDataProvider input(reinterpret_cast<const uint8_t*>(bytes.data()),
                           bytes.size());
  csi::v1::CapacityRange range;
  range.set_required_bytes(input.ConsumeIntegral<int64_t>());
  range.set_limit_bytes(input.ConsumeIntegral<int64_t>());
  holdfast::pool::CheckRange(range, input);
  const auto size = holdfast::cli::ParseSize(bytes);
  FUZZ_CHECK(size.ok() ? *size > 0 : absl::IsInvalidArgument(size.status()));
}
