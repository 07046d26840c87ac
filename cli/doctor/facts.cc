#include "cli/doctor/facts.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "os/mountinfo.h"

namespace holdfast::cli::doctor {
namespace {

constexpr size_t kFirstOptional = 6;

std::string LeadingDigits(absl::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return {text.begin(), end};
}

bool HasSharedField(absl::string_view line) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
  for (size_t i = kFirstOptional; i < fields.size() && fields[i] != "-"; ++i) {
    if (absl::StartsWith(fields[i], "shared:")) return true;
  }
  return false;
}

}  // namespace

std::optional<KernelVersion> ParseKernelVersion(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::StripAsciiWhitespace(text), '.');
  KernelVersion version;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &version.major) ||
      !absl::SimpleAtoi(LeadingDigits(parts[1]), &version.minor)) {
    return std::nullopt;
  }
  return version;
}

std::optional<uint64_t> ParseEffectiveCapabilities(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "CapEff:")) continue;
    uint64_t set = 0;
    if (absl::SimpleHexAtoi(absl::StripAsciiWhitespace(line), &set)) return set;
  }
  return std::nullopt;
}

std::set<std::string> ParseFileSystems(absl::string_view text) {
  std::set<std::string> names;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const size_t tab = line.rfind('\t');
    names.emplace(tab == absl::string_view::npos ? line : line.substr(tab + 1));
  }
  return names;
}

std::optional<MountOfPath> FindMountOf(absl::string_view mountinfo,
                                       absl::string_view path) {
  std::optional<MountOfPath> found;
  for (const absl::string_view line :
       absl::StrSplit(mountinfo, '\n', absl::SkipEmpty())) {
    const auto mounts = os::ParseMountinfo(line);
    if (!mounts.ok() || !IsBelow(path, mounts->front().path)) continue;
    const std::string& point = mounts->front().path;
    // Of those at one place the last is on top.
    if (found && point.size() < found->mount_point.size()) continue;
    found = {.mount_point = point, .is_shared = HasSharedField(line)};
  }
  return found;
}

bool IsBelow(absl::string_view path, absl::string_view directory) {
  directory = absl::StripSuffix(directory, "/");
  if (!absl::ConsumePrefix(&path, directory)) return false;
  return path.empty() || path.front() == '/';
}

}  // namespace holdfast::cli::doctor
