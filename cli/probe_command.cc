#include <iostream>

#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/csi_client.h"

ABSL_FLAG(absl::Duration, timeout, absl::Seconds(10),
          "How long probe waits for the daemon to be ready.");

namespace holdfast::cli {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(50);

absl::Status AwaitReady(CsiClient& client, absl::Time deadline) {
  while (true) {
    absl::Status status = client.Probe();
    if (!absl::IsUnavailable(status) || absl::Now() + kPause > deadline) {
      return status;
    }
    absl::SleepFor(kPause);
  }
}

absl::Status Probe(const std::vector<std::string>& words) {
  const absl::Duration timeout = absl::GetFlag(FLAGS_timeout);
  const absl::Time deadline = absl::Now() + timeout;
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> client,
                   CsiClient::Connect(words[0], timeout));
  RETURN_IF_ERROR(AwaitReady(*client, deadline));
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
ready, until it is. Exit code 0 then; 1 if it is not in time, or says that
something is wrong.

  --timeout=10s   how long to wait for it to listen and to be ready
)",
      .word_count = 1,
      .run = &Probe};
  return kCommand;
}

}  // namespace holdfast::cli
