#include "backend/pool/mkfs_options.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/log.h"

namespace holdfast::pool {
namespace {

using Rules = std::vector<MkfsOptionRule>;

// mke2fs(8). Not -b: a block smaller than the device's could not be mounted.
// Not the features that add a file or device, or that e2fsprogs knows and
// kernel 5.15 does not. Not the journal: a snapshot of a mounted volume is
// whole because its journal is replayed.
Rules Ext4() {
  return {{"-i", {}},
          {"-I", {}},
          {"-N", {}},
          {"-m", {}},
          {"-L", {}},
          {"-J", {"size", "fast_commit_size"}},
          {"-E", {"stride", "stripe_width", "packed_meta_blocks"}},
          {"-O",
           {"dir_index", "encrypt", "fast_commit", "huge_file", "inline_data",
            "large_dir", "project", "quota", "resize_inode", "stable_inodes",
            "verity"}}};
}

Rules Ext3() {
  return {{"-i", {}}, {"-I", {}}, {"-N", {}},
          {"-m", {}}, {"-L", {}}, {"-J", {"size"}}};
}

// mkfs.xfs(8). Not -s and -b, which go with the device; not reflink and crc,
// without which clones and checks are not what they are.
Rules Xfs() {
  return {{"-L", {}},
          {"-d", {"agcount", "agsize", "su", "sw", "sunit", "swidth"}},
          {"-i", {"size", "maxpct"}},
          {"-l", {"size", "su", "sunit", "lazy-count"}},
          {"-m", {"bigtime", "finobt", "inobtcount", "rmapbt"}},
          {"-n", {"size"}}};
}

// mkfs.btrfs(8). One device, so no profile for several.
Rules Btrfs() { return {{"-L", {}}, {"-m", {}}, {"-n", {}}, {"--csum", {}}}; }

bool IsPlain(const std::string& value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string("._:+-^=,").find(c) != std::string::npos;
  });
}

// "size" of "size=8", "quota" of "^quota".
absl::string_view KeyOf(absl::string_view entry) {
  absl::ConsumePrefix(&entry, "^");
  return entry.substr(0, entry.find('='));
}

std::string Allowed(const Rules& rules) {
  return absl::StrJoin(rules, ", ", [](std::string* out, const auto& rule) {
    absl::StrAppend(out, rule.flag);
  });
}

void CheckValue(const MkfsOptionRule& rule, const std::string& value,
                std::vector<std::string>& mistakes) {
  // An option would follow, and the value of this one be missing.
  if (!IsPlain(value) || value.front() == '-') {
    mistakes.push_back(
        absl::StrCat(rule.flag, " has no value like ", Quote(value)));
    return;
  }
  if (rule.keys.empty()) return;
  for (const absl::string_view entry : absl::StrSplit(value, ',')) {
    const std::string key(KeyOf(entry));
    if (std::find(rule.keys.begin(), rule.keys.end(), key) != rule.keys.end()) {
      continue;
    }
    mistakes.push_back(absl::StrCat(
        rule.flag, " ", Quote(key),
        " is not allowed. Allowed: ", absl::StrJoin(rule.keys, ", ")));
  }
}

}  // namespace

const std::vector<MkfsOptionRule>& MkfsOptionRules(const std::string& fs_type) {
  static const auto* const kRules = new std::map<std::string, Rules>{
      {"ext4", Ext4()}, {"ext3", Ext3()}, {"xfs", Xfs()}, {"btrfs", Btrfs()}};
  static const auto* const kNone = new Rules;
  const auto found = kRules->find(fs_type);
  return found == kRules->end() ? *kNone : found->second;
}

std::vector<std::string> MkfsOptionMistakes(
    const std::vector<std::string>& words, const std::string& fs_type) {
  if (words.empty()) return {};
  if (fs_type.empty()) return {"a block volume has no file system to make"};
  const Rules& rules = MkfsOptionRules(fs_type);
  std::vector<std::string> mistakes;
  for (size_t i = 0; i < words.size(); i += 2) {
    const auto rule =
        std::find_if(rules.begin(), rules.end(),
                     [&](const auto& each) { return each.flag == words[i]; });
    if (rule == rules.end()) {
      mistakes.push_back(absl::StrCat(
          Quote(words[i]), " is not allowed for ", fs_type, ". Allowed, each ",
          "with its value as the next word: ", Allowed(rules)));
      break;  // what follows would be taken for what it is not
    }
    if (i + 1 == words.size()) {
      mistakes.push_back(absl::StrCat(rule->flag, " has no value after it"));
      break;
    }
    CheckValue(*rule, words[i + 1], mistakes);
  }
  return mistakes;
}

}  // namespace holdfast::pool
