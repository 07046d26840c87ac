#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "absl/time/clock.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/csi_client.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(50);

struct Arguments {
  std::string endpoint;
  absl::Duration timeout = absl::Seconds(10);
};

absl::Status AwaitReady(CsiClient& client, absl::Time deadline) {
  while (true) {
    absl::Status status = client.Probe();
    if (!absl::IsUnavailable(status) || absl::Now() + kPause > deadline) {
      return status;
    }
    absl::SleepFor(kPause);
  }
}

absl::Status Probe(const Arguments& arguments, Console& console) {
  const absl::Time deadline = absl::Now() + arguments.timeout;
  ASSIGN_OR_RETURN(
      const std::unique_ptr<CsiClient> client,
      CsiClient::Connect(arguments.endpoint, {.timeout = arguments.timeout,
                                              .waiting = Waiting::kYes}));
  RETURN_IF_ERROR(AwaitReady(*client, deadline));
  ASSIGN_OR_RETURN(const PluginInfo info, client->GetPluginInfo());
  console.out << arguments.endpoint << " ready " << info.name << " "
              << info.version << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("ENDPOINT", arguments->endpoint, "unix:///path.sock")
      ->required();
  AddDuration(app, "--timeout", arguments->timeout,
              "how long to wait for it to listen and to be ready [10s]");
  return [=](Console& console) { return Probe(*arguments, console); };
}

}  // namespace

Command ProbeCommand() {
  return {
      .name = "probe",
      .summary = "Whether a daemon is ready",
      .help = R"(Asks the daemon until it is ready. Exit code 0 then, 1 if it
listens and is not ready in time, 3 if none listens.)",
      .examples =
          "holdfast probe unix:///run/holdfast/node/csi.sock "
          "--timeout=1s",
      .declare = &Declare};
}

}  // namespace holdfast::cli
