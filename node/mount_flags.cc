#include "node/mount_flags.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/status.h"

namespace holdfast::node {
namespace {

constexpr size_t kMaxFlagBytes = 4096;

enum class Sort { kAttribute, kSuperblock, kIgnored };

struct Word {
  absl::string_view name;
  Sort sort;
  void (*apply)(os::MountAttributes&);
};

using Attributes = os::MountAttributes;

void Nothing(Attributes&) {}

void SetAtime(Attributes& a, bool noatime, bool strictatime) {
  a.noatime = noatime;
  a.strictatime = strictatime;
}

// The table. A word that is not here is an option of the file system.
constexpr Word kWords[] = {
    {"ro", Sort::kAttribute, [](Attributes& a) { a.read_only = true; }},
    {"rw", Sort::kAttribute, [](Attributes& a) { a.read_only = false; }},
    {"nosuid", Sort::kAttribute, [](Attributes& a) { a.nosuid = true; }},
    {"suid", Sort::kAttribute, [](Attributes& a) { a.nosuid = false; }},
    {"nodev", Sort::kAttribute, [](Attributes& a) { a.nodev = true; }},
    {"dev", Sort::kAttribute, [](Attributes& a) { a.nodev = false; }},
    {"noexec", Sort::kAttribute, [](Attributes& a) { a.noexec = true; }},
    {"exec", Sort::kAttribute, [](Attributes& a) { a.noexec = false; }},
    {"nodiratime", Sort::kAttribute,
     [](Attributes& a) { a.nodiratime = true; }},
    {"diratime", Sort::kAttribute, [](Attributes& a) { a.nodiratime = false; }},
    {"noatime", Sort::kAttribute,
     [](Attributes& a) { SetAtime(a, true, false); }},
    {"strictatime", Sort::kAttribute,
     [](Attributes& a) { SetAtime(a, false, true); }},
    {"relatime", Sort::kAttribute,
     [](Attributes& a) { SetAtime(a, false, false); }},
    {"atime", Sort::kAttribute,
     [](Attributes& a) { SetAtime(a, false, false); }},
    {"nostrictatime", Sort::kAttribute,
     [](Attributes& a) { a.strictatime = false; }},
    {"norelatime", Sort::kIgnored, Nothing},
    {"sync", Sort::kSuperblock, Nothing},
    {"async", Sort::kSuperblock, Nothing},
    {"dirsync", Sort::kSuperblock, Nothing},
    {"lazytime", Sort::kSuperblock, Nothing},
    {"nolazytime", Sort::kSuperblock, Nothing},
    {"defaults", Sort::kIgnored, Nothing},
    {"_netdev", Sort::kIgnored, Nothing},
    {"nofail", Sort::kIgnored, Nothing},
    {"auto", Sort::kIgnored, Nothing},
    {"noauto", Sort::kIgnored, Nothing},
    {"nouser", Sort::kIgnored, Nothing},
    {"silent", Sort::kIgnored, Nothing},
    {"loud", Sort::kIgnored, Nothing},
};

bool IsComment(absl::string_view option) {
  return absl::StartsWith(option, "x-") || absl::StartsWith(option, "X-") ||
         absl::StartsWith(option, "comment=");
}

// Splits at commas outside double quotes and takes the quotes off.
absl::StatusOr<std::vector<std::string>> SplitOptions(absl::string_view flag) {
  std::vector<std::string> options(1);
  bool quoted = false;
  for (const char c : flag) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      options.emplace_back();
    } else {
      options.back() += c;
    }
  }
  if (quoted) {
    return absl::InvalidArgumentError(
        "a mount flag has an opening quote without a closing one; correct the "
        "mount options of the StorageClass or volume");
  }
  return options;
}

const Word* FindWord(absl::string_view name) {
  const Word* word = std::find_if(
      std::begin(kWords), std::end(kWords),
      [&](const Word& candidate) { return candidate.name == name; });
  return word == std::end(kWords) ? nullptr : word;
}

// An option of the file system: a name, with a value or without.
absl::Status AddOption(const std::string& option, MountFlags& sorted) {
  const size_t equals = option.find('=');
  const std::string name = option.substr(0, equals);
  if (name.empty()) {
    return absl::InvalidArgumentError(
        "a mount flag has a value without a name; correct the mount options "
        "of the StorageClass or volume");
  }
  if (equals == std::string::npos) {
    sorted.options.emplace_back(name, "");
    return absl::OkStatus();
  }
  // The kernel takes "ro=x" for "ro", of the superblock (vfs_parse_sb_flag in
  // fs/fs_context.c looks at the name alone).
  if (FindWord(name) != nullptr) {
    return absl::InvalidArgumentError(
        "a mount flag that has no value is given one; correct the mount "
        "options of the StorageClass or volume");
  }
  sorted.options.emplace_back(name, option.substr(equals + 1));
  return absl::OkStatus();
}

absl::Status SortOption(const std::string& option, MountFlags& sorted) {
  if (option.empty() || IsComment(option)) return absl::OkStatus();
  const Word* const word = FindWord(option);
  if (word == nullptr || word->sort == Sort::kSuperblock) {
    return AddOption(option, sorted);
  }
  word->apply(sorted.attributes);
  return absl::OkStatus();
}

// The kernel would read a flag up to a NUL, and take the rest for nothing.
absl::Status CheckPlain(const std::vector<std::string>& flags) {
  for (const auto& flag : flags) {
    if (std::none_of(flag.begin(), flag.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
      continue;
    }
    return absl::InvalidArgumentError(
        "a mount flag has a control character; correct the mount options of "
        "the StorageClass or volume");
  }
  return absl::OkStatus();
}

absl::Status CheckLength(const std::vector<std::string>& flags) {
  size_t bytes = 0;
  for (const auto& flag : flags) bytes += flag.size();
  if (bytes <= kMaxFlagBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the mount flags are longer than the 4096 bytes that CSI permits; use "
      "fewer of them");
}

}  // namespace

absl::StatusOr<MountFlags> ParseMountFlags(
    const std::vector<std::string>& flags) {
  RETURN_IF_ERROR(CheckLength(flags));
  RETURN_IF_ERROR(CheckPlain(flags));
  MountFlags sorted;
  for (const auto& flag : flags) {
    ASSIGN_OR_RETURN(const auto options, SplitOptions(flag));
    for (const auto& option : options) {
      RETURN_IF_ERROR(SortOption(option, sorted));
    }
  }
  return sorted;
}

}  // namespace holdfast::node
