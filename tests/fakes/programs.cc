#include "tests/fakes/programs.h"

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"

namespace holdfast::fakes {
namespace {

using Argv = std::vector<std::string>;
using os::CommandResult;

// What mkfs writes into an empty file: enough to show that it is not blank.
constexpr int64_t kMetadataBytes = int64_t{1} << 20;

int64_t LeastBytes(const std::string& type) {
  if (type == "xfs") return int64_t{300} << 20;  // mkfs.xfs(8)
  return type == "btrfs" ? 114294784 : 0;        // as mkfs.btrfs says
}

bool HasFlag(const Argv& argv, const std::string& flag) {
  return std::find(argv.begin() + 1, argv.end(), flag) != argv.end();
}

std::string ValueOf(const Argv& argv, const std::string& flag) {
  auto it = std::find(argv.begin(), argv.end(), flag);
  return it == argv.end() || it + 1 == argv.end() ? "" : *(it + 1);
}

// The device: the first word with a slash at its beginning.
std::string PathIn(const Argv& argv) {
  auto it = std::find_if(argv.begin() + 1, argv.end(),
                         [](const auto& word) { return word[0] == '/'; });
  return it == argv.end() ? "" : *it;
}

// "1024K", "512M" or "2G" after the path; nothing if there is no such word.
std::optional<int64_t> SizeIn(const Argv& argv) {
  auto it = std::find(argv.begin(), argv.end(), PathIn(argv));
  if (it == argv.end() || it + 1 == argv.end()) return std::nullopt;
  std::string word = *(it + 1);
  int shift = 10;  // mkfs: a bare number is in blocks; only 1K is known here
  if (const size_t unit =
          std::string("KMG").find(static_cast<char>(word.back() & ~0x20));
      unit != std::string::npos) {
    shift = 10 * static_cast<int>(unit + 1);
    word.pop_back();
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(word, &number)) return std::nullopt;
  return number << shift;
}

// mke2fs.conf(5): file systems below 512 MiB get blocks of 1 KiB.
uint32_t BlockBytesIn(const Argv& argv, int64_t size) {
  uint32_t bytes = 0;
  if (absl::SimpleAtoi(ValueOf(argv, "-b"), &bytes)) return bytes;
  return size < (int64_t{512} << 20) ? 1024 : 4096;
}

struct Target {
  InodeId inode = 0;
  std::optional<int> loop;
  int64_t size = 0;
};

std::optional<Target> Find(Machine& machine, const std::string& path) {
  const auto place = machine.Walk(path);
  if (!place.ok()) return std::nullopt;
  const auto number = machine.LoopNumber(place->inode);
  if (!number) {
    return Target{place->inode, number,
                  machine.disk.Get(place->inode).live.size};
  }
  if (!machine.loops.at(*number)) return std::nullopt;
  const auto& loop = *machine.loops.at(*number);
  return Target{machine.BackingInode(*number), number, loop.size};
}

CommandResult NotFound(const Argv& argv, int exit_code) {
  return {exit_code, absl::StrCat(argv[0],
                                  ": No such file or directory while "
                                  "trying to open ",
                                  PathIn(argv), "\n")};
}

absl::StatusOr<CommandResult> Mkfs(Machine& machine,
                                   std::vector<std::string>& formatted,
                                   const Argv& argv) {
  const std::string type = argv[0].substr(argv[0].rfind('.') + 1);
  if (HasFlag(argv, "-V")) {
    const bool is_ext = type.rfind("ext", 0) == 0;
    return CommandResult{
        0, absl::StrCat(is_ext ? "mke2fs" : "mkfs." + type, " 1.0 (fake)\n")};
  }
  const std::string path = PathIn(argv);
  const auto target = Find(machine, path);
  if (!target) return NotFound(argv, 1);
  formatted.push_back(path);
  Inode& inode = machine.disk.Get(target->inode);
  const bool is_used = target->loop && machine.IsLoopClaimed(*target->loop);
  if (is_used || !IsBlank(inode.live)) {
    machine.violations.push_back(absl::StrCat("mkfs on data: ", path));
  }
  const int64_t size = SizeIn(argv).value_or(target->size);
  if (size < LeastBytes(type)) return CommandResult{1, "It is too small.\n"};
  if (!machine.disk.Write(target->inode, 0, std::min(size, kMetadataBytes),
                          machine.RoomInTree(inode.root))) {
    return CommandResult{1, "mkfs.ext4: No space left on device\n"};
  }
  const std::string uuid = ValueOf(argv, "-U");
  inode.live.superblock = os::Superblock{
      .type = type,
      .uuid = !uuid.empty() ? uuid
                            : absl::StrFormat("00000000-0000-4000-8000-%012x",
                                              target->inode),
      .size_bytes = size};
  inode.live.needs_recovery = inode.live.needs_check = false;
  inode.live.fs_block_bytes =
      type == "xfs" || type == "btrfs" ? 4096 : BlockBytesIn(argv, size);
  inode.live.tree = machine.disk.MakeTree();
  inode.live.size = std::max(inode.live.size, size);
  return CommandResult{0, ""};
}

// Exit codes as e2fsck(8) gives them: 1 errors corrected, 8 operational error.
absl::StatusOr<CommandResult> Check(Machine& machine, const Argv& argv) {
  const auto target = Find(machine, PathIn(argv));
  if (!target) return NotFound(argv, 8);
  Data& data = machine.disk.Get(target->inode).live;
  if (!data.superblock) return CommandResult{8, "Bad magic number\n"};
  if (target->loop && machine.IsLoopClaimed(*target->loop)) {
    return CommandResult{8, absl::StrCat(PathIn(argv), " is mounted.\n")};
  }
  data.needs_recovery = data.needs_check = false;
  const bool had_errors = data.superblock->has_errors;
  data.superblock->has_errors = false;
  machine.SyncFile(target->inode);
  return CommandResult{had_errors ? 1 : 0, "clean\n"};
}

absl::StatusOr<CommandResult> Grow(Machine& machine, const Argv& argv) {
  const auto target = Find(machine, PathIn(argv));
  if (!target) return NotFound(argv, 1);
  Data& data = machine.disk.Get(target->inode).live;
  if (!data.superblock) return CommandResult{1, "Bad magic number\n"};
  const bool is_mounted = target->loop && machine.IsLoopClaimed(*target->loop);
  if (is_mounted && !machine.can_grow_ext4) {
    return CommandResult{1, "resize2fs: Permission denied to resize\n"};
  }
  if (!is_mounted && data.needs_check) {
    return CommandResult{1, "Please run 'e2fsck -f' first.\n"};
  }
  data.superblock->size_bytes = SizeIn(argv).value_or(target->size);
  machine.SyncFile(target->inode);
  return CommandResult{0, ""};
}

}  // namespace

void AddPrograms(Machine& machine, std::vector<std::string>& formatted) {
  const auto mkfs = [&](const Argv& argv) {
    absl::MutexLock lock(&machine.mutex);
    return Mkfs(machine, formatted, argv);
  };
  for (const char* type : {"ext4", "ext3", "xfs", "btrfs"}) {
    machine.programs[absl::StrCat("mkfs.", type)] = mkfs;
  }
  machine.programs["e2fsck"] = [&](const Argv& argv) {
    absl::MutexLock lock(&machine.mutex);
    return Check(machine, argv);
  };
  machine.programs["resize2fs"] = [&](const Argv& argv) {
    absl::MutexLock lock(&machine.mutex);
    return Grow(machine, argv);
  };
}

}  // namespace holdfast::fakes
