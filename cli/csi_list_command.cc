#include <google/protobuf/struct.pb.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/csi_rpcs.h"
#include "cli/listing.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

absl::Status List(Output output, Console& console) {
  Listing listing(console, output, {{"SERVICE"}, {"RPC"}});
  for (const Rpc* const rpc : AllRpcs()) {
    google::protobuf::Struct object;
    auto& fields = *object.mutable_fields();
    fields["service"].set_string_value(rpc->service()->name());
    fields["rpc"].set_string_value(rpc->name());
    listing.Add(object, [&] {
      return std::vector<std::string>{rpc->service()->name(), rpc->name()};
    });
  }
  listing.Finish();
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto output = std::make_shared<Output>(Output::kTable);
  AddOutput(app, *output);
  return [=](Console& console) { return List(*output, console); };
}

}  // namespace

Command CsiListCommand() {
  return {.name = "csi list",
          .summary = "List the calls that CSI has",
          .help = "",
          .examples = "holdfast csi list",
          .declare = &Declare};
}

}  // namespace holdfast::cli
