#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/local_pool.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

absl::Status Show(const std::string& directory, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(directory));
  const pool::Layout layout(path);
  LocalKernel kernel;
  ASSIGN_OR_RETURN(const pool::PoolHeader header,
                   pool::ReadHeader(kernel.PoolFiles(), layout));
  PrintHeader(console.out, layout, header);
  const std::pair<const char*, std::string> contents[] = {
      {"volumes", layout.Volumes()},
      {"snapshots", layout.Snapshots()},
      {"templates", layout.Templates()},
      {"trash", layout.Trash()}};
  os::Files& files = *kernel.kernel.files;
  for (const auto& [name, place] : contents) {
    ASSIGN_OR_RETURN(const auto entries, files.List(place));
    PrintFact(console.out, name, absl::StrCat(entries.size()));
  }
  ASSIGN_OR_RETURN(const os::FileSystemUsage usage,
                   files.StatFileSystem(layout.root()));
  PrintFact(console.out, "size", FormatSize(usage.total_bytes));
  PrintFact(console.out, "free", FormatSize(usage.available_bytes));
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto directory = std::make_shared<std::string>();
  app.add_option("PATH", *directory, "the directory of a pool")->required();
  return [=](Console& console) { return Show(*directory, console); };
}

}  // namespace

Command PoolShowCommand() {
  return {.name = "pool show",
          .summary = "What a pool on this machine is and holds",
          .help = R"(Reads the pool's directory and asks no daemon; it may be
served meanwhile.)",
          .examples = "holdfast pool show /srv/holdfast/pool",
          .declare = &Declare};
}

}  // namespace holdfast::cli
