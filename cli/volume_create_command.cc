#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/clients.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  backend::VolumeSpec spec;
  std::vector<std::string> parameters;
  std::string pool;
  bool block = false;
};

// The mistake in "key=value", "" if there is none.
std::string ParameterMistake(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && equals > 0) return "";
  return absl::StrCat("\"", text,
                      "\" is no parameter; write it like key=value");
}

backend::VolumeSpec Spec(const Arguments& arguments) {
  backend::VolumeSpec spec = arguments.spec;
  for (const std::string& text : arguments.parameters) {
    const size_t equals = text.find('=');
    spec.parameters[text.substr(0, equals)] = text.substr(equals + 1);
  }
  if (!arguments.pool.empty()) spec.parameters["pool"] = arguments.pool;
  if (arguments.block) spec.access_type = backend::AccessType::kBlock;
  return spec;
}

absl::Status Create(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  ASSIGN_OR_RETURN(const VolumeInfo made,
                   controller->CreateVolume(Spec(arguments)));
  console.out << made.id << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  backend::VolumeSpec& spec = arguments->spec;
  app.add_option("NAME", spec.name, "of the new volume")->required();
  AddSize(app, "--size", spec.capacity.required_bytes, "at least this much")
      ->required();
  CLI::Option* const fs =
      app.add_option("--fs", spec.fs_type, "ext4, xfs, btrfs or ext3 [ext4]");
  app.add_flag("--block", arguments->block, "a block device, no file system")
      ->excludes(fs);
  app.add_option("--param", arguments->parameters,
                 "key=value, as in a StorageClass; may be repeated")
      ->allow_extra_args(false)
      ->check(&ParameterMistake);
  app.add_option("--pool", arguments->pool, "the name of a pool");
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Create(*arguments, console); };
}

}  // namespace

Command VolumeCreateCommand() {
  return {
      .name = "volume create",
      .summary = "Make a volume",
      .help =
          R"(Prints its id. Repeated with the same name and options it prints the same
id again.)",
      .examples =
          "holdfast volume create data --size=10GiB\n"
          "holdfast volume create raw --size=1GiB --block\n"
          "holdfast volume create db --size=50GiB --fs=xfs --pool=fast",
      .declare = &Declare};
}

}  // namespace holdfast::cli
