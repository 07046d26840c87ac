// How values are written for people.

#ifndef HOLDFAST_CLI_TEXT_H_
#define HOLDFAST_CLI_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace holdfast::cli {

// "2026-03-01 14:05:09", in the time zone of this machine.
std::string LocalTime(absl::Time time);

// "[######....]  58%" of `total`; "" if there is no total. Clamped to 0..100.
std::string FillBar(int64_t used, int64_t total);

// `text` with a "?" for each control character: names come from others, and a
// terminal obeys what it is shown.
std::string Plain(absl::string_view text);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_TEXT_H_
