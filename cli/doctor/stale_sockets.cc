#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "cli/doctor/check.h"

namespace holdfast::cli::doctor {
namespace {

constexpr size_t kTemporaryDigits = 8;

// The socket itself, or a name that it had while it was being published:
// ".csi.sock.0123abcd" (rpc::TemporarySocketPath).
bool IsNameOf(absl::string_view name, absl::string_view socket) {
  if (name == socket) return true;
  if (!absl::ConsumePrefix(&name, ".") || !absl::ConsumePrefix(&name, socket) ||
      !absl::ConsumePrefix(&name, ".")) {
    return false;
  }
  return name.size() == kTemporaryDigits &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

Finding Stale(const World& world, const std::string& path) {
  Sockets& sockets = world.sockets;
  return {.severity = Severity::kNote,
          .what = absl::StrCat("nobody listens on the socket ", path),
          .why =
              "a daemon that was killed left it: who connects there is "
              "refused, and a kubelet may take it for a plugin",
          .advice =
              "the daemon replaces it when it starts again; if it will "
              "not, remove it",
          .fix = Fix{
              .sentence = absl::StrCat("remove the socket ", path),
              .apply = [&sockets, path] { return sockets.RemoveStale(path); }}};
}

// Paths of what is in the directory of `socket` under one of its names.
std::set<std::string> Candidates(const World& world,
                                 const std::string& socket) {
  const size_t slash = socket.rfind('/');
  const std::string directory = slash == 0 ? "/" : socket.substr(0, slash);
  const auto names = world.files.List(directory);
  std::set<std::string> paths;
  if (!names.ok()) return paths;
  for (const std::string& name : *names) {
    if (!IsNameOf(name, socket.substr(slash + 1))) continue;
    paths.insert(absl::StrCat(socket.substr(0, slash), "/", name));
  }
  return paths;
}

}  // namespace

Findings CheckSockets(const World& world) {
  std::set<std::string> paths;
  for (const Daemon& daemon : world.settings.daemons) {
    if (daemon.socket.empty()) continue;
    paths.merge(Candidates(world, daemon.socket));
  }
  Findings findings;
  for (const std::string& path : paths) {
    const auto state = world.sockets.Observe(path);
    if (state.ok() && *state == rpc::SocketState::kStale) {
      findings.push_back(Stale(world, path));
    }
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
