#include "controller/router/discovery.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

std::string KeyOf(const AgentName& name) {
  return absl::StrCat("dns:///", name.name, ":", name.port);
}

}  // namespace

absl::StatusOr<AgentSource> ParseAgentSource(absl::string_view text) {
  absl::string_view name = text;
  if (!absl::ConsumePrefix(&name, "dns:///")) {
    ASSIGN_OR_RETURN(rpc::Endpoint endpoint, rpc::ParseEndpoint(text));
    return endpoint;
  }
  const auto parts = rpc::ParseNameAndPort(name);
  if (parts.ok()) return AgentName{.name = parts->name, .port = parts->port};
  return absl::InvalidArgumentError(
      absl::StrCat("The name ", Quote(text), " ", parts.status().message(),
                   "; give one of the form dns:///holdfast-agents:9000"));
}

Discovery::Discovery(std::vector<AgentSource> sources, rpc::Resolver& resolver,
                     Agents& agents, absl::Duration period)
    : sources_(std::move(sources)),
      resolver_(resolver),
      agents_(agents),
      period_(period) {
  for (const AgentSource& source : sources_) {
    if (const auto* name = std::get_if<AgentName>(&source)) {
      found_[KeyOf(*name)].problems.push_back(
          absl::StrCat(KeyOf(*name), " has not been resolved yet"));
    }
  }
  Publish();
  thread_ = std::jthread([this] { Run(); });
}

Discovery::~Discovery() { agents_.Learnt().Close(); }

void Discovery::Run() {
  do {
    Resolve();
    Publish();
    agents_.Refresh();
  } while (RecordUntil(absl::Now() + period_));
}

bool Discovery::RecordUntil(absl::Time end) {
  do {
    agents_.RecordPools();
    if (!agents_.Learnt().Await(end - absl::Now())) return false;
  } while (absl::Now() < end);
  return true;
}

void Discovery::Resolve() {
  for (const AgentSource& source : sources_) {
    const auto* name = std::get_if<AgentName>(&source);
    if (name != nullptr) found_[KeyOf(*name)] = Lookup(*name);
  }
}

Discovery::Found Discovery::Lookup(const AgentName& name) {
  const auto addresses = resolver_.Resolve(name.name);
  if (!addresses.ok()) {
    Found before = found_[KeyOf(name)];
    if (before.endpoints.empty()) {
      before.problems = {std::string(addresses.status().message())};
    }
    return before;
  }
  Found found;
  for (const std::string& address : *addresses) {
    auto endpoint = rpc::TcpEndpoint(address, name.port);
    if (endpoint.ok()) {
      found.endpoints.push_back(*std::move(endpoint));
    } else {
      found.problems.push_back(
          absl::StrCat(KeyOf(name), ": ", endpoint.status().message()));
    }
  }
  return found;
}

void Discovery::Publish() {
  Found all;
  for (const AgentSource& source : sources_) {
    if (const auto* endpoint = std::get_if<rpc::Endpoint>(&source)) {
      all.endpoints.push_back(*endpoint);
    }
  }
  for (const auto& [key, found] : found_) {
    all.endpoints.insert(all.endpoints.end(), found.endpoints.begin(),
                         found.endpoints.end());
    all.problems.insert(all.problems.end(), found.problems.begin(),
                        found.problems.end());
  }
  agents_.Set(all.endpoints, std::move(all.problems));
}

}  // namespace holdfast::controller
