#include "backend/pool/mkfs.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace holdfast::pool {
namespace {

// An option and its value, which may be a list with commas; no value for a
// flag.
struct Option {
  std::string flag;
  std::vector<std::string> values;
};

struct Command {
  std::string program;
  std::vector<Option> options;
};

// mke2fs(8), e2fsprogs 1.47:
// - -O none,…: the features that a kernel 5.15 mounts, and not those of
//   mke2fs.conf; metadata_csum_seed: the uuid of a clone can be changed while
//   mounted;
// - lazy_itable_init, lazy_journal_init and assume_storage_prezeroed: the file
//   is new and reads as zeros, so neither inode tables nor journal are written
//   (a template of 10 GiB holds 4 MB), and the kernel has nothing to
//   initialise in the background either;
// - nodiscard: there is nothing to discard;
// - -m 0: nothing is kept back for root on a volume of one container;
// - -F: without a question about a file that is not a device.
Command Ext(const std::string& program,
            const std::vector<std::string>& features) {
  return {.program = program,
          .options = {{"-q", {}},
                      {"-F", {}},
                      {"-E",
                       {"lazy_itable_init=1", "lazy_journal_init=1",
                        "assume_storage_prezeroed=1", "nodiscard"}},
                      {"-O", features},
                      {"-b", {"4096"}},
                      {"-I", {"256"}},
                      {"-i", {"16384"}},
                      {"-G", {"16"}},
                      {"-m", {"0"}}}};
}

Command Ext4() {
  return Ext("mkfs.ext4",
             {"none", "has_journal", "ext_attr", "resize_inode", "dir_index",
              "filetype", "extent", "64bit", "flex_bg", "sparse_super",
              "large_file", "huge_file", "dir_nlink", "extra_isize",
              "metadata_csum", "metadata_csum_seed"});
}

// Without any feature that makes it an ext4 to those who look at it.
Command Ext3() {
  Command command =
      Ext("mkfs.ext3", {"none", "has_journal", "ext_attr", "resize_inode",
                        "dir_index", "filetype", "sparse_super", "large_file"});
  std::erase_if(command.options,
                [](const Option& option) { return option.flag == "-G"; });
  return command;
}

// mkfs.xfs(8), xfsprogs 6.1:
// - -K: there is nothing to discard;
// - -s: the sector must be no smaller than the device's logical block, and one
//   of the same size serves both 512 and 4096;
// - bigtime, inobtcount and reflink are in every kernel from 5.10 on, nrext64
//   only from 5.19.
Command Xfs(uint32_t logical_block_bytes) {
  return {.program = "mkfs.xfs",
          .options = {{"-q", {}},
                      {"-K", {}},
                      {"-b", {"size=4096"}},
                      {"-s", {absl::StrCat("size=", logical_block_bytes)}},
                      {"-m",
                       {"crc=1", "finobt=1", "rmapbt=0", "reflink=1",
                        "bigtime=1", "inobtcount=1"}},
                      {"-i", {"size=512", "sparse=1", "nrext64=0"}}}};
}

// mkfs.btrfs(8), btrfs-progs 6.2: what kernel 5.15 mounts.
Command Btrfs() {
  return {.program = "mkfs.btrfs",
          .options = {{"-q", {}},
                      {"-K", {}},
                      {"-n", {"16384"}},
                      {"-s", {"4096"}},
                      {"--csum", {"crc32c"}},
                      {"-O", {"extref", "skinny-metadata", "no-holes"}},
                      {"-R", {"free-space-tree"}},
                      {"-d", {"single"}},
                      {"-m", {"dup"}}}};
}

Command Fixed(const MkfsSpec& spec) {
  if (spec.fs_type == "xfs") return Xfs(spec.logical_block_bytes);
  if (spec.fs_type == "btrfs") return Btrfs();
  return spec.fs_type == "ext3" ? Ext3() : Ext4();
}

// "reflink" of "reflink=0", "has_journal" of "^has_journal".
absl::string_view KeyOf(absl::string_view entry) {
  absl::ConsumePrefix(&entry, "^");
  return entry.substr(0, entry.find('='));
}

bool IsList(const Option& option) {
  return option.values.size() > 1 ||
         (option.values.size() == 1 &&
          absl::StrContains(option.values.front(), '='));
}

void Replace(const std::string& entry, std::vector<std::string>& values) {
  const auto same = std::find_if(
      values.begin(), values.end(),
      [&entry](const auto& each) { return KeyOf(each) == KeyOf(entry); });
  if (same == values.end()) {
    values.push_back(entry);
  } else {
    *same = entry;
  }
}

void Apply(const Option& wanted, std::vector<Option>& options) {
  const auto ours = std::find_if(
      options.begin(), options.end(),
      [&wanted](const auto& each) { return each.flag == wanted.flag; });
  if (ours == options.end()) {
    options.push_back(wanted);
  } else if (!IsList(*ours)) {
    ours->values = wanted.values;
  } else {
    for (const std::string& entry : wanted.values) {
      Replace(entry, ours->values);
    }
  }
}

}  // namespace

std::vector<std::string> MkfsCommand(const MkfsSpec& spec) {
  Command command = Fixed(spec);
  for (size_t i = 0; i + 1 < spec.options.size(); i += 2) {
    Apply({spec.options[i], absl::StrSplit(spec.options[i + 1], ',')},
          command.options);
  }
  std::vector<std::string> argv = {command.program};
  for (const Option& option : command.options) {
    argv.push_back(option.flag);
    if (option.values.empty()) continue;
    argv.push_back(absl::StrJoin(option.values, ","));
  }
  return argv;
}

}  // namespace holdfast::pool
