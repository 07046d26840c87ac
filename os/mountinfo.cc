#include "os/mountinfo.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace holdfast::os {
namespace {

using Fields = std::vector<absl::string_view>;

// Where the fields before the optional ones stand, and what follows their end.
constexpr size_t kDevice = 2;
constexpr size_t kRoot = 3;
constexpr size_t kPath = 4;
constexpr size_t kOptions = 5;
constexpr size_t kFirstOptional = 6;
constexpr size_t kTypeAfterSeparator = 1;
constexpr size_t kSourceAfterSeparator = 2;
constexpr size_t kSuperOptionsAfterSeparator = 3;

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// The kernel writes space, tab, newline and backslash as "\040" and so on.
std::string Unescape(absl::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 3 < text.size() &&
                         IsOctal(text[i + 1]) && IsOctal(text[i + 2]) &&
                         IsOctal(text[i + 3]);
    if (!escaped) {
      plain.push_back(text[i]);
      continue;
    }
    plain.push_back(static_cast<char>((text[i + 1] - '0') * 64 +
                                      (text[i + 2] - '0') * 8 +
                                      (text[i + 3] - '0')));
    i += 3;
  }
  return plain;
}

std::optional<DeviceNumber> ParseDevice(absl::string_view text) {
  const Fields parts = absl::StrSplit(text, ':');
  DeviceNumber device;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &device.major) ||
      !absl::SimpleAtoi(parts[1], &device.minor)) {
    return std::nullopt;
  }
  return device;
}

bool Has(absl::string_view options, absl::string_view word) {
  const Fields words = absl::StrSplit(options, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Without a word about access times they are kept strictly.
MountAttributes ParseAttributes(absl::string_view options) {
  const bool noatime = Has(options, "noatime");
  return {.read_only = Has(options, "ro"),
          .nosuid = Has(options, "nosuid"),
          .nodev = Has(options, "nodev"),
          .noexec = Has(options, "noexec"),
          .noatime = noatime,
          .nodiratime = Has(options, "nodiratime"),
          .strictatime = !noatime && !Has(options, "relatime")};
}

// The value of "context=…", which the kernel quotes if it holds a comma.
std::string ParseContext(absl::string_view options) {
  constexpr absl::string_view kName = "context=";
  while (!options.empty() && !absl::StartsWith(options, kName)) {
    const size_t comma = options.find(',');
    if (comma == absl::string_view::npos) return "";
    options.remove_prefix(comma + 1);
  }
  if (!absl::ConsumePrefix(&options, kName)) return "";
  const char end = absl::ConsumePrefix(&options, "\"") ? '"' : ',';
  return std::string(options.substr(0, options.find(end)));
}

std::optional<MountPoint> ParseLine(absl::string_view line) {
  const Fields fields = absl::StrSplit(line, ' ');
  if (fields.size() <= kFirstOptional) return std::nullopt;
  const auto separator =
      std::find(fields.begin() + kFirstOptional, fields.end(), "-");
  if (fields.end() - separator <=
      static_cast<ptrdiff_t>(kSuperOptionsAfterSeparator)) {
    return std::nullopt;
  }
  const auto device = ParseDevice(fields[kDevice]);
  if (!device) return std::nullopt;
  return MountPoint{
      .path = Unescape(fields[kPath]),
      .root = Unescape(fields[kRoot]),
      .file_system = *device,
      .fs_type = Unescape(separator[kTypeAfterSeparator]),
      .read_only = Has(fields[kOptions], "ro"),
      .file_system_read_only =
          Has(separator[kSuperOptionsAfterSeparator], "ro"),
      .attributes = ParseAttributes(fields[kOptions]),
      .context = ParseContext(separator[kSuperOptionsAfterSeparator]),
  };
}

}  // namespace

absl::StatusOr<std::vector<MountPoint>> ParseMountinfo(absl::string_view text) {
  std::vector<MountPoint> mounts;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    auto mount = ParseLine(line);
    if (!mount) return ErrnoError("parse", "mountinfo", EINVAL, line);
    mounts.push_back(*std::move(mount));
  }
  return mounts;
}

std::vector<std::string> MountSources(absl::string_view text) {
  std::vector<std::string> sources;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const Fields fields = absl::StrSplit(line, ' ');
    const auto separator = std::find(fields.begin(), fields.end(), "-");
    const bool has_it = fields.end() - separator >
                        static_cast<ptrdiff_t>(kSourceAfterSeparator);
    sources.push_back(has_it ? Unescape(separator[kSourceAfterSeparator]) : "");
  }
  return sources;
}

}  // namespace holdfast::os
