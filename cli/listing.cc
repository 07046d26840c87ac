#include "cli/listing.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace holdfast::cli {

Action DeclareList(CLI::App& app,
                   absl::Status (*list)(const ListArguments& arguments,
                                        Console& console)) {
  auto arguments = std::make_shared<ListArguments>();
  AddServer(app, arguments->servers);
  AddOutput(app, arguments->output);
  return [=](Console& console) { return list(*arguments, console); };
}

}  // namespace holdfast::cli
