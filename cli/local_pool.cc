#include "cli/local_pool.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ids.h"
#include "base/status.h"
#include "cli/text.h"

namespace holdfast::cli {

absl::StatusOr<std::string> AbsolutePath(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) return ErrnoError("getcwd", path, error.value());
  std::string plain = absolute.lexically_normal().string();
  // "/a/" is normal too.
  if (plain.size() > 1 && plain.back() == '/') plain.pop_back();
  return plain;
}

absl::StatusOr<std::string> ResolvedPath(const std::string& path) {
  std::error_code error;
  const auto resolved = std::filesystem::canonical(path, error);
  if (error) return ErrnoError("realpath", path, error.value());
  return resolved.string();
}

std::string MountPointOf(const std::string& medium) {
  constexpr size_t kHashBytes = 16;
  return absl::StrCat("/run/holdfast-pool-", Sha256Hex(medium, kHashBytes));
}

void PrintFact(std::ostream& out, absl::string_view key,
               absl::string_view value) {
  out << absl::StreamFormat("%-12s %s\n", key, value);
}

void PrintHeader(std::ostream& out, const pool::Layout& layout,
                 const pool::PoolHeader& header) {
  PrintFact(out, "pool", layout.root());
  PrintFact(out, "uuid", header.uuid);
  PrintFact(out, "format", absl::StrCat(header.format_version));
  PrintFact(out, "created", LocalTime(header.created_at));
  PrintFact(out, "ids begin", absl::StrCat("p", HomeOf(header.uuid), "-"));
}

}  // namespace holdfast::cli
