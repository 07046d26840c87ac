// Whole requests, in sequences, through a router and a node's daemon behind
// it. Both live as long as the fuzzer: to start them for each input would take
// longer than the calls.

#include <glog/logging.h>

#include "absl/strings/str_cat.h"
#include "identity/driver_info.h"
#include "tests/controller/router/running_agent.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/player.h"

namespace holdfast::fuzz {
namespace {

struct Routed {
  input::InputWorld world;
  controller::SocketDirectory sockets;
  controller::RunningAgent agent{
      sockets.Socket("agent"),
      world.controller(),
      {{identity::kManifestPools, absl::StrCat("default=", world.home())},
       {identity::kManifestNode, node::kNodeId}}};
  controller::Directory directory{{agent.endpoint()}};
  Metrics metrics;
  rpc::Calls calls{metrics};
  controller::RouterService router{directory.agents, calls};
};

// Protobuf reads no string that is not UTF-8 from a connection, and a router
// has all of its strings from one.
Script FromConnection(Script script) {
  for (const Step& step : script) {
    ReplaceStrings(*step.request, [](const std::string&, std::string value) {
      for (char& c : value) {
        if (static_cast<unsigned char>(c) >= 0x80) c = '?';
      }
      return value;
    });
  }
  return script;
}

}  // namespace
}  // namespace holdfast::fuzz

HOLDFAST_FUZZ_TARGET(bytes) {
  // Ended by exit, so that its directory of sockets is removed.
  static holdfast::fuzz::Routed routed;
  static holdfast::fuzz::Playground playground(routed.world);
  holdfast::fuzz::Player player(routed.world,
                                {routed.router, routed.world.services().node});
  player.Play(
      holdfast::fuzz::FromConnection(holdfast::fuzz::ParseScript(bytes)));
  player.TidyUp();
  player.EmptyTrash();
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t most, unsigned seed) {
  return holdfast::fuzz::MutateText(data, size, most, seed);
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  FLAGS_minloglevel = google::GLOG_FATAL;
  return 0;
}
