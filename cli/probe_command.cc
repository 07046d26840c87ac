#include <iostream>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/csi_client.h"

ABSL_FLAG(absl::Duration, timeout, absl::Seconds(10),
          "How long probe waits for an answer.");

namespace holdfast::cli {
namespace {

absl::Status Probe(const std::vector<std::string>& words) {
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> client,
                   CsiClient::Connect(words[0], absl::GetFlag(FLAGS_timeout)));
  RETURN_IF_ERROR(client->Probe());
  ASSIGN_OR_RETURN(const PluginInfo info, client->GetPluginInfo());
  std::cout << words[0] << " ready " << info.name << " " << info.version
            << std::endl;
  return absl::OkStatus();
}

}  // namespace

const Command& ProbeCommand() {
  static constexpr Command kCommand = {
      .name = "probe",
      .words = "ENDPOINT",
      .summary = "whether a daemon is ready",
      .help = R"(Asks the daemon at ENDPOINT (unix:///path.sock) whether it is
ready. Exit code 0 if it is; 1 if it says no, or nobody answers in time.

  --timeout=10s   how long to wait for it to listen and to answer
)",
      .word_count = 1,
      .run = &Probe};
  return kCommand;
}

}  // namespace holdfast::cli
