// Sizes as people write them.

#ifndef HOLDFAST_CLI_SIZE_H_
#define HOLDFAST_CLI_SIZE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace holdfast::cli {

// "1GiB", "512 MiB", "64K", "1048576": bytes, or KiB, MiB, GiB, TiB (the "iB"
// may be left out). INVALID_ARGUMENT for anything else, and for sizes that
// are not above zero or need more than 63 bits.
absl::StatusOr<int64_t> ParseSize(absl::string_view text);

// "64 MiB", "1.5 GiB", "812 bytes".
std::string FormatSize(int64_t bytes);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_SIZE_H_
