#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/command.h"
#include "cli/local_pool.h"

namespace holdfast::cli {
namespace {

// There has been one format so far; a pool of a later one is refused where its
// header is read.
absl::Status Upgrade(const std::string& directory, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(directory));
  LocalKernel kernel;
  ASSIGN_OR_RETURN(const pool::PoolHeader header,
                   pool::ReadHeader(kernel.PoolFiles(), pool::Layout(path)));
  console.out << path << " has format " << header.format_version
              << ", the newest that this program knows" << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto directory = std::make_shared<std::string>();
  app.add_option("PATH", *directory, "the directory of a pool")->required();
  return [=](Console& console) { return Upgrade(*directory, console); };
}

}  // namespace

Command PoolUpgradeCommand() {
  return {.name = "pool upgrade",
          .summary = "Raise the format of a pool",
          .help = R"(To the one that this program writes. Daemons open pools of
older formats and never raise them; programs of an older version refuse a pool
that was raised.)",
          .examples = "holdfast pool upgrade /srv/holdfast/pool",
          .declare = &Declare};
}

}  // namespace holdfast::cli
