// The options that several commands have.

#ifndef HOLDFAST_CLI_OPTIONS_H_
#define HOLDFAST_CLI_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace holdfast::cli {

inline constexpr char kControllerEndpoint[] =
    "unix:///run/holdfast/controller/csi.sock";
inline constexpr char kNodeEndpoint[] = "unix:///run/holdfast/node/csi.sock";

// Whom to ask, and for how long.
struct Servers {
  std::string endpoint = kControllerEndpoint;
  std::string node_endpoint = kNodeEndpoint;
  absl::Duration timeout = absl::Minutes(1);  // of each call
};

// How what is found is shown.
enum class Output { kTable, kJson };

// Each declares options of `app` that fill the struct, which must outlive it.
// What was given and cannot be read is a mistake that names the option.

// --endpoint and --timeout.
void AddServer(CLI::App& app, Servers& servers);
// --node_endpoint.
void AddNodeServer(CLI::App& app, Servers& servers);
// --output.
void AddOutput(CLI::App& app, Output& output);
// `name` is an option like "--size", or a word like "SIZE".
CLI::Option* AddSize(CLI::App& app, const std::string& name, int64_t& bytes,
                     const std::string& help);
CLI::Option* AddDuration(CLI::App& app, const std::string& name,
                         absl::Duration& duration, const std::string& help);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_OPTIONS_H_
