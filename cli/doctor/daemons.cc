#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"

namespace holdfast::cli::doctor {
namespace {

using rpc::SocketState;

Finding NotRunning(const Daemon& daemon, absl::string_view how) {
  const bool here = daemon.presence == Presence::kHere;
  return {.severity = here ? Severity::kWarning : Severity::kNote,
          .what = absl::StrCat(daemon.name, " does not run: ", how, " at ",
                               daemon.endpoint),
          .why = here ? "no volume can be made, mounted or deleted; what is "
                        "mounted goes on"
                      : "it may run on another machine; else no volume can be "
                        "made or deleted",
          .advice =
              "start it, or say where its socket is (see holdfast help "
              "doctor)"};
}

Finding Silent(const Daemon& daemon) {
  return {.severity = Severity::kError,
          .what = absl::StrCat(daemon.name, " does not answer at ",
                               daemon.endpoint),
          .why =
              "it is stopped, or stuck in the kernel: "
              "every call to it waits until it gives up",
          .advice =
              "look at its state (ps -o pid,stat,wchan:30,cmd) and its "
              "log. T: kill -CONT it. D: a device below the pool is "
              "dead. Else restart it; mounted volumes do not mind"};
}

Finding NotReady(const Daemon& daemon, const absl::Status& status) {
  return {
      .severity = Severity::kWarning,
      .what = absl::StrCat(daemon.name, " is not ready: ", status.message()),
      .why = "calls are refused until it is",
      .advice =
          "its log says what it waits for: mostly for a pool that "
          "another process has open, or whose disk is not mounted"};
}

Finding Probe(const World& world, const Daemon& daemon) {
  const absl::Status status = world.admin.Probe(daemon.endpoint);
  if (status.ok()) {
    return {.what =
                absl::StrCat(daemon.name, " is ready at ", daemon.endpoint)};
  }
  if (absl::IsDeadlineExceeded(status)) return Silent(daemon);
  if (absl::IsUnavailable(status)) return NotReady(daemon, status);
  return {.severity = Severity::kError,
          .what = absl::StrCat(daemon.name, " answers with an error at ",
                               daemon.endpoint, ": ", status.message()),
          .why = "no orchestrator will use it",
          .advice =
              "see that it is Holdfast that listens there, and read its "
              "log"};
}

Finding Look(const World& world, const Daemon& daemon) {
  if (daemon.socket.empty()) return Probe(world, daemon);
  const auto state = world.sockets.Observe(daemon.socket);
  if (!state.ok()) return CannotLook(daemon.socket, state.status());
  switch (*state) {
    case SocketState::kAbsent:
      return NotRunning(daemon, "there is no socket");
    case SocketState::kStale:
      return NotRunning(daemon, "nobody listens");
    case SocketState::kNotSocket:
      return NotRunning(daemon, "there is something that is no socket");
    case SocketState::kLive:
      break;
  }
  return Probe(world, daemon);
}

}  // namespace

Findings CheckDaemons(const World& world) {
  Findings findings;
  for (const Daemon& daemon : world.settings.daemons) {
    findings.push_back(Look(world, daemon));
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
