#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "backend/pool/medium_visit.h"
#include "backend/pool/pool_upgrade.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/local_pool.h"

namespace holdfast::cli {
namespace {

void Say(const std::string& path, const pool::Upgraded& upgraded,
         Console& console) {
  if (upgraded.from == upgraded.to) {
    console.out << path << " has format " << upgraded.to
                << ", the newest that this program knows" << std::endl;
    return;
  }
  console.out << path << " had format " << upgraded.from << " and has format "
              << upgraded.to << " now" << std::endl;
}

absl::Status Upgrade(const std::string& given, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, ResolvedPath(given));
  LocalKernel kernel;
  const pool::MediumParts os = kernel.MediumParts();
  const pool::MediumSpec medium = {.path = path,
                                   .mount_point = MountPointOf(path)};
  ASSIGN_OR_RETURN(const UniqueFd claim, pool::ClaimMountPoint(os, medium));
  return pool::VisitMedium(
      os, medium, [&](const std::string& directory) -> absl::Status {
        ASSIGN_OR_RETURN(
            const pool::Upgraded upgraded,
            pool::Upgrade(kernel.PoolFiles(), pool::Layout(directory)));
        Say(path, upgraded, console);
        return absl::OkStatus();
      });
}

Action Declare(CLI::App& app) {
  auto directory = std::make_shared<std::string>();
  app.add_option("PATH", *directory, "a pool: its directory, device or image")
      ->required();
  return [=](Console& console) { return Upgrade(*directory, console); };
}

}  // namespace

Command PoolUpgradeCommand() {
  return {.name = "pool upgrade",
          .summary = "Raise the format of a pool",
          .help = R"(To the one that this program writes. Daemons open pools of
older formats and never raise them; programs of an older version refuse a pool
that was raised. End the daemon that serves the pool first. What was cut short
is completed by the same command.)",
          .examples =
              "holdfast pool upgrade /srv/holdfast/pool\n"
              "holdfast pool upgrade /var/lib/holdfast/pool.img",
          .declare = &Declare};
}

}  // namespace holdfast::cli
