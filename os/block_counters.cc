#include "os/block_counters.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace holdfast::os {
namespace {

// Sectors in these counters always have 512 bytes.
constexpr uint64_t kSectorBytes = 512;
constexpr size_t kFields = 17;

}  // namespace

std::optional<BlockCounters> ParseBlockCounters(absl::string_view text) {
  std::vector<uint64_t> fields;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    if (!absl::SimpleAtoi(word, &fields.emplace_back())) return std::nullopt;
  }
  if (fields.size() < kFields) return std::nullopt;
  return BlockCounters{.reads = fields[0],
                       .read_bytes = fields[2] * kSectorBytes,
                       .reading = absl::Milliseconds(fields[3]),
                       .writes = fields[4],
                       .written_bytes = fields[6] * kSectorBytes,
                       .writing = absl::Milliseconds(fields[7]),
                       .in_flight = fields[8],
                       .busy = absl::Milliseconds(fields[9]),
                       .discards = fields[11],
                       .discarded_bytes = fields[13] * kSectorBytes,
                       .flushes = fields[15]};
}

absl::StatusOr<BlockCounters> ReadBlockCounters(Files& files,
                                                const std::string& device) {
  const std::string name = device.substr(device.rfind('/') + 1);
  const std::string path = absl::StrCat("/sys/block/", name, "/stat");
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  const auto counters = ParseBlockCounters(text);
  if (counters) return *counters;
  return absl::InternalError(
      absl::StrCat(path, " is not what kernels since 5.5 have there"));
}

}  // namespace holdfast::os
