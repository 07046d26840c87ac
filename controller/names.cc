#include "controller/names.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"

namespace holdfast::controller {
namespace {

// How many bytes the UTF-8 sequence beginning with `lead` has, and the least
// code point that needs so many; nothing for a byte that begins none.
struct Sequence {
  size_t length;
  uint32_t least;
  uint32_t first_bits;
};

std::optional<Sequence> Begin(unsigned char lead) {
  if (lead < 0x80) return Sequence{1, 0, lead};
  if ((lead & 0xE0) == 0xC0) return Sequence{2, 0x80, lead & 0x1FU};
  if ((lead & 0xF0) == 0xE0) return Sequence{3, 0x800, lead & 0x0FU};
  if ((lead & 0xF8) == 0xF0) return Sequence{4, 0x10000, lead & 0x07U};
  return std::nullopt;
}

// The code point that `text` begins with, taken off it; nothing if it does not
// begin with one (RFC 3629).
std::optional<uint32_t> TakeCodePoint(absl::string_view& text) {
  const auto sequence = Begin(static_cast<unsigned char>(text[0]));
  if (!sequence || text.size() < sequence->length) return std::nullopt;
  uint32_t point = sequence->first_bits;
  for (size_t i = 1; i < sequence->length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    point = point << 6 | (byte & 0x3FU);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < sequence->least || point > 0x10FFFF || surrogate) {
    return std::nullopt;
  }
  text.remove_prefix(sequence->length);
  return point;
}

bool IsForbidden(uint32_t point) {
  return point <= 0x08 || point == 0x0B || point == 0x0C ||
         (point >= 0x0E && point <= 0x1F) || (point >= 0x7F && point <= 0x9F);
}

}  // namespace

absl::Status CheckName(absl::string_view name) {
  if (name.empty()) {
    return absl::InvalidArgumentError("name is missing; send one");
  }
  while (!name.empty()) {
    const auto point = TakeCodePoint(name);
    if (!point) {
      return absl::InvalidArgumentError(
          "name is not valid UTF-8; send another name");
    }
    if (IsForbidden(*point)) {
      return absl::InvalidArgumentError(
          absl::StrCat("name has the control character U+",
                       absl::Hex(*point, absl::kZeroPad4),
                       ", which CSI forbids; send another name"));
    }
  }
  return absl::OkStatus();
}

}  // namespace holdfast::controller
