#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/status.h"
#include "cli/command.h"
#include "cli/local_pool.h"

namespace holdfast::cli {
namespace {

absl::Status Init(const std::string& directory, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(directory));
  const pool::Layout layout(path);
  std::error_code error;
  std::filesystem::create_directories(layout.root(), error);
  if (error) return ErrnoError("mkdir", layout.root(), error.value());
  LocalKernel kernel;
  ASSIGN_OR_RETURN(const pool::PoolHeader header,
                   pool::InitPool(kernel.PoolFiles(), layout));
  PrintHeader(console.out, layout, header);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto directory = std::make_shared<std::string>();
  app.add_option("DIR", *directory, "an empty directory; made if missing")
      ->required();
  return [=](Console& console) { return Init(*directory, console); };
}

}  // namespace

Command PoolInitCommand() {
  return {.name = "pool init",
          .summary = "Make a pool",
          .help = R"(In a directory, which must be empty and on an XFS with
reflink. The pool should have the file system to itself, since what it promises
is counted against all of it. Formats nothing.)",
          .examples = "holdfast pool init /srv/holdfast/pool",
          .declare = &Declare};
}

}  // namespace holdfast::cli
