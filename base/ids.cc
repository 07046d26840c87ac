#include "base/ids.h"

#include <openssl/evp.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace holdfast {
namespace {

constexpr size_t kHomeBytes = 8;
constexpr size_t kNameBytes = 20;
constexpr size_t kHomeDigits = 2 * kHomeBytes;
constexpr size_t kIdLength = 1 + kHomeDigits + 1 + 1 + 2 * kNameBytes;

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

std::optional<IdKind> KindOf(char letter) {
  if (letter == 'v') return IdKind::kVolume;
  if (letter == 's') return IdKind::kSnapshot;
  return std::nullopt;
}

}  // namespace

std::string Sha256Hex(absl::string_view data, size_t bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(data.data(), data.size(), digest, &length, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest), std::min<size_t>(bytes, length)));
}

std::string HomeOf(absl::string_view pool_uuid) {
  return Sha256Hex(pool_uuid, kHomeBytes);
}

std::string MakeId(char backend, absl::string_view home, IdKind kind,
                   absl::string_view name) {
  return absl::StrCat(std::string(1, backend), home, "-",
                      kind == IdKind::kVolume ? "v" : "s",
                      Sha256Hex(name, kNameBytes));
}

std::optional<ParsedId> ParseId(absl::string_view id) {
  if (id.size() != kIdLength || id[0] != 'p' || id[1 + kHomeDigits] != '-') {
    return std::nullopt;
  }
  const absl::string_view home = id.substr(1, kHomeDigits);
  const auto kind = KindOf(id[2 + kHomeDigits]);
  if (!kind || !IsLowerHex(home) || !IsLowerHex(id.substr(3 + kHomeDigits))) {
    return std::nullopt;
  }
  return ParsedId{.backend = id[0], .home = std::string(home), .kind = *kind};
}

}  // namespace holdfast
