#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "backend/pool/layout.h"
#include "backend/pool/pool_file.h"
#include "base/ids.h"
#include "base/metrics.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/size.h"
#include "os/linux_data_files.h"
#include "os/linux_files.h"

namespace holdfast::cli {
namespace {

// The kernel, as the pool is worked on with.
struct Kernel {
  Metrics metrics;
  os::LinuxFiles files{metrics};
  os::LinuxDataFiles data_files{metrics};

  pool::PoolFiles Files() { return {.files = files, .data_files = data_files}; }
};

absl::StatusOr<pool::Layout> LayoutAt(const std::string& directory) {
  std::error_code error;
  const auto path = std::filesystem::absolute(directory, error);
  if (error) return ErrnoError("getcwd", directory, error.value());
  return pool::Layout(path.lexically_normal().string());
}

void Print(absl::string_view key, absl::string_view value) {
  std::cout << absl::StreamFormat("%-12s %s\n", key, value);
}

void PrintHeader(const pool::Layout& layout, const pool::PoolHeader& header) {
  Print("pool", layout.root());
  Print("uuid", header.uuid);
  Print("format", absl::StrCat(header.format_version));
  Print("created", absl::FormatTime(header.created_at, absl::UTCTimeZone()));
  Print("ids begin", absl::StrCat("p", HomeOf(header.uuid), "-"));
}

absl::Status Init(const std::vector<std::string>& words) {
  ASSIGN_OR_RETURN(const pool::Layout layout, LayoutAt(words[0]));
  std::error_code error;
  std::filesystem::create_directories(layout.root(), error);
  if (error) return ErrnoError("mkdir", layout.root(), error.value());
  Kernel kernel;
  ASSIGN_OR_RETURN(const pool::PoolHeader header,
                   pool::InitPool(kernel.Files(), layout));
  PrintHeader(layout, header);
  return absl::OkStatus();
}

absl::Status Show(const std::vector<std::string>& words) {
  ASSIGN_OR_RETURN(const pool::Layout layout, LayoutAt(words[0]));
  Kernel kernel;
  ASSIGN_OR_RETURN(const pool::PoolHeader header,
                   pool::ReadHeader(kernel.Files(), layout));
  PrintHeader(layout, header);
  const std::pair<const char*, std::string> contents[] = {
      {"volumes", layout.Volumes()},
      {"snapshots", layout.Snapshots()},
      {"templates", layout.Templates()},
      {"trash", layout.Trash()}};
  for (const auto& [name, directory] : contents) {
    ASSIGN_OR_RETURN(const auto entries, kernel.files.List(directory));
    Print(name, absl::StrCat(entries.size()));
  }
  ASSIGN_OR_RETURN(const os::FileSystemUsage usage,
                   kernel.files.StatFileSystem(layout.root()));
  Print("size", FormatSize(usage.total_bytes));
  Print("free", FormatSize(usage.available_bytes));
  return absl::OkStatus();
}

}  // namespace

const Command& PoolInitCommand() {
  static constexpr Command kCommand = {
      .name = "pool init",
      .words = "DIR",
      .summary = "makes a pool in an empty directory",
      .help = R"(Makes DIR, which is made if missing and must be empty and on an
XFS with reflink, a pool. The pool should have the file system to itself, since
what it promises is counted against all of it. Formats nothing.
)",
      .word_count = 1,
      .run = &Init};
  return kCommand;
}

const Command& PoolShowCommand() {
  static constexpr Command kCommand = {
      .name = "pool show",
      .words = "DIR",
      .summary = "what a pool is and holds",
      .help = R"(Shows the header of the pool in DIR and how much is in it. Only
reads, also while a node daemon serves the pool.
)",
      .word_count = 1,
      .run = &Show};
  return kCommand;
}

}  // namespace holdfast::cli
