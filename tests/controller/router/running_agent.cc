#include "tests/controller/router/running_agent.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

#include "identity/driver_info.h"

namespace holdfast::controller {

SocketDirectory::SocketDirectory() {
  char path[] = "/tmp/hfXXXXXX";
  EXPECT_NE(mkdtemp(path), nullptr);
  path_ = path;
}

SocketDirectory::~SocketDirectory() { std::filesystem::remove_all(path_); }

RunningAgent::RunningAgent(const rpc::Endpoint& endpoint,
                           grpc::Service& service,
                           std::map<std::string, std::string> manifest)
    : endpoint_(endpoint),
      service_(service),
      identity_(
          calls_,
          [this, manifest = std::move(manifest)] {
            ++announcements_;
            gate_.Pass();
            return manifest;
          },
          [] { return absl::OkStatus(); }) {
  Start();
}

void RunningAgent::Start() {
  auto server = rpc::Server::Start(endpoint_, {&identity_, &service_});
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  endpoint_ = server_->endpoint();
}

TwoPoolsAgent::TwoPoolsAgent(const rpc::Endpoint& endpoint,
                             const std::string& node_id,
                             const std::string& more)
    : fast_(node_id + "-fast", 16 * kMiB, "fast"),
      large_(node_id + "-large", 1024 * kMiB, "large"),
      service_(PoolAccess{idempotent_,
                          locks_,
                          {.node_id = node_id,
                           .segments = {{identity::kTopologyKey, node_id}}}},
               calls_),
      agent_(endpoint, service_,
             {{identity::kManifestPools,
               more + "fast=" + fast_.home() + ",large=" + large_.home()},
              {identity::kManifestNode, node_id}}) {}

PoolAgent::PoolAgent(const rpc::Endpoint& endpoint,
                     const std::string& pool_uuid, const std::string& node_id,
                     int64_t pool_bytes)
    : pool_(pool_uuid, node_id, pool_bytes),
      agent_(endpoint, pool_.service(),
             {{identity::kManifestPools, "default=" + HomeOf(pool_uuid)},
              {identity::kManifestNode, node_id}}) {}

void PoolAgent::Freeze() {
  pool_.backend().OnCall([this](absl::string_view) {
    agent_.gate().Pass();
    return absl::OkStatus();
  });
  agent_.gate().Shut();
}

Hang::Hang(PoolAgent& agent, absl::string_view verb) {
  agent.pool().backend().OnCall(
      [over = over_, verb = std::string(verb)](absl::string_view called) {
        if (verb.empty() || called == verb) over->WaitForNotification();
        return absl::OkStatus();
      });
}

SilentSocket::SilentSocket(const rpc::Endpoint& endpoint)
    : endpoint_(endpoint), fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, endpoint_.path.c_str(),
          sizeof(address.sun_path) - 1);
  EXPECT_EQ(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)),
            0);
  EXPECT_EQ(listen(fd_.get(), 16), 0);
}

AnnouncementKeys Keys() {
  return {.pools = identity::kManifestPools,
          .node = identity::kManifestNode,
          .topology = identity::kTopologyKey};
}

RunningRouter::RunningRouter(const rpc::Endpoint& endpoint,
                             const std::vector<rpc::Endpoint>& agents,
                             absl::Duration patience)
    : directory_(agents, patience) {
  auto server = rpc::Server::Start(endpoint, {&service_});
  EXPECT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  // A plain channel, which repeats nothing by itself.
  stub_ = csi::v1::Controller::NewStub(grpc::CreateChannel(
      "unix:" + endpoint.path, grpc::InsecureChannelCredentials()));
}

}  // namespace holdfast::controller
