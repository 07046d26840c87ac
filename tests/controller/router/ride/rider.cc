#include "tests/controller/router/ride/rider.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "identity/driver_info.h"
#include "tests/controller/pool_service.h"
#include "tests/controller/router/ride/herd.h"

namespace holdfast::controller {
namespace {

// Agents are given 300 ms to answer what they announce; a call that several
// are asked for takes half of this at most.
constexpr absl::Duration kCall = absl::Seconds(3);
constexpr size_t kMostVolumes = 60;

// It may have happened, or not.
bool IsOpen(const grpc::Status& status) {
  return status.error_code() == grpc::UNAVAILABLE ||
         status.error_code() == grpc::ABORTED ||
         status.error_code() == grpc::DEADLINE_EXCEEDED;
}

void SetNode(const std::string& node, csi::v1::Topology& topology) {
  (*topology.mutable_segments())[identity::kTopologyKey] = node;
}

}  // namespace

Rider::Rider(int number, uint32_t seed, const std::string& socket)
    : number_(number),
      random_(seed + static_cast<uint32_t>(number)),
      stub_(csi::v1::Controller::NewStub(grpc::CreateChannel(
          "unix:" + socket, grpc::InsecureChannelCredentials()))) {}

template <typename Request, typename Response>
grpc::Status Rider::Call(const std::string& what,
                         grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                      const Request&,
                                                      Response*),
                         const Request& request, Response& response) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCall));
  const grpc::Status status = ((*stub_).*method)(&context, request, &response);
  ++answers_[absl::StrCat(what, " ", status.error_code())];
  if (status.error_code() == grpc::UNAVAILABLE) {
    EXPECT_TRUE(absl::StrContains(status.error_message(), "agent") ||
                absl::StrContains(status.error_message(), "pool"))
        << what << ": " << status.error_message();
  }
  return status;
}

void Rider::CallOnce() {
  const int dice = Random(100);
  if (dice < 20) return CreateNew();
  if (dice < 25) return CreateAgain();
  if (dice < 55) return Get();
  if (dice < 70) {
    auto* any = Any();
    if (any != nullptr) Delete(any->second);
    return;
  }
  if (dice < 80) return Snapshot();
  if (dice < 86) return CapacityOfAll();
  if (dice < 94) return CapacityOfASteadyNode();
  ListAll();
}

std::pair<const std::string, Rider::Fact>* Rider::Any() {
  if (facts_.empty()) return nullptr;
  auto it = facts_.begin();
  std::advance(it, Random(static_cast<int>(facts_.size())));
  return it->second.id.empty() ? nullptr : &*it;
}

bool Rider::Create(const std::string& name, Fact& fact) {
  auto request =
      FromText<csi::v1::CreateVolumeRequest>(PoolService::VolumeText(name));
  if (!fact.node.empty()) {
    SetNode(fact.node,
            *request.mutable_accessibility_requirements()->add_requisite());
  }
  csi::v1::CreateVolumeResponse response;
  const auto status = Call("create", &Stub::CreateVolume, request, response);
  if (!status.ok()) {
    EXPECT_TRUE(IsOpen(status)) << name << ": " << status.error_message();
    return false;
  }
  const std::string& id = response.volume().volume_id();
  EXPECT_TRUE(fact.id.empty() || fact.id == id)
      << name << " is " << fact.id << " and " << id;
  fact.id = id;
  return true;
}

void Rider::CreateNew() {
  if (facts_.size() > kMostVolumes) return;
  const std::string name = absl::StrCat("v", number_, "-", ++names_);
  Fact fact;
  if (Random(2) == 0) fact.node = Herd::NodeName(Random(Herd::kAgents));
  Create(name, facts_[name] = fact);
}

// A volume that was asked for at any place, and is there, may be made again
// elsewhere while its agent is away: docs/adr, duplicates.
void Rider::CreateAgain() {
  auto* any = Any();
  if (any == nullptr || any->second.deleting) return;
  if (any->second.node.empty()) return;
  Create(any->first, any->second);
}

void Rider::Get() {
  auto* any = Any();
  if (any == nullptr) return;
  const Fact& fact = any->second;
  csi::v1::ControllerGetVolumeRequest request;
  request.set_volume_id(fact.id);
  csi::v1::ControllerGetVolumeResponse response;
  const auto status =
      Call("get", &Stub::ControllerGetVolume, request, response);
  if (status.error_code() == grpc::NOT_FOUND) {
    EXPECT_TRUE(fact.deleting) << fact.id << " is said to be gone";
  } else if (status.ok()) {
    EXPECT_FALSE(fact.deleted) << fact.id << " was deleted";
  } else {
    EXPECT_TRUE(IsOpen(status)) << status.error_message();
  }
}

bool Rider::Delete(Fact& fact) {
  if (fact.deleted) return true;
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id(fact.id);
  csi::v1::DeleteVolumeResponse response;
  fact.deleting = true;
  const auto status = Call("delete", &Stub::DeleteVolume, request, response);
  EXPECT_TRUE(status.ok() || IsOpen(status)) << status.error_message();
  fact.deleted = status.ok();
  return status.ok();
}

void Rider::Snapshot() {
  auto* any = Any();
  if (any == nullptr || any->second.deleting) return;
  csi::v1::CreateSnapshotRequest request;
  request.set_name(absl::StrCat("s-", any->first));
  request.set_source_volume_id(any->second.id);
  csi::v1::CreateSnapshotResponse response;
  const auto status =
      Call("snapshot", &Stub::CreateSnapshot, request, response);
  EXPECT_TRUE(status.ok() || IsOpen(status)) << status.error_message();
  if (!status.ok()) return;
  csi::v1::GetSnapshotRequest get;
  get.set_snapshot_id(response.snapshot().snapshot_id());
  csi::v1::GetSnapshotResponse got;
  const auto there = Call("get snapshot", &Stub::GetSnapshot, get, got);
  EXPECT_TRUE(there.ok() || IsOpen(there)) << there.error_message();
}

void Rider::CapacityOfAll() {
  csi::v1::GetCapacityResponse response;
  const auto status = Call("capacity", &Stub::GetCapacity,
                           csi::v1::GetCapacityRequest(), response);
  EXPECT_TRUE(status.ok()) << "some agents are well: "
                           << status.error_message();
}

// Who hangs elsewhere does not matter.
void Rider::CapacityOfASteadyNode() {
  csi::v1::GetCapacityRequest request;
  SetNode(Herd::NodeName(Random(Herd::kSteady)),
          *request.mutable_accessible_topology());
  csi::v1::GetCapacityResponse response;
  const auto status =
      Call("capacity of a steady node", &Stub::GetCapacity, request, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_GT(response.available_capacity(), 0);
}

bool Rider::ListAll() {
  const std::map<std::string, Fact> before = facts_;
  csi::v1::ListVolumesRequest request;
  request.set_max_entries(Random(2) == 0 ? 0 : 1 + Random(200));
  std::multiset<std::string> listed;
  do {
    csi::v1::ListVolumesResponse response;
    const auto status = Call("list", &Stub::ListVolumes, request, response);
    if (!status.ok()) {
      EXPECT_TRUE(IsOpen(status)) << status.error_message();
      return false;
    }
    for (const auto& entry : response.entries()) {
      listed.insert(entry.volume().volume_id());
    }
    request.set_starting_token(response.next_token());
  } while (!request.starting_token().empty());
  CheckList(before, listed);
  return true;
}

void Rider::CheckList(const std::map<std::string, Fact>& before,
                      const std::multiset<std::string>& listed) {
  for (const auto& [name, fact] : before) {
    if (fact.id.empty()) continue;
    const size_t count = listed.count(fact.id);
    EXPECT_LE(count, 1U) << name << " is listed twice";
    if (!fact.deleting) {
      EXPECT_EQ(count, 1U) << name << " is not listed";
    }
    if (fact.deleted) {
      EXPECT_EQ(count, 0U) << name << " is listed";
    }
  }
}

bool Rider::Settle() {
  for (auto& [name, fact] : facts_) {
    if (fact.id.empty() && !Create(name, fact)) return false;
    if (fact.deleting && !Delete(fact)) return false;
  }
  std::erase_if(facts_, [](const auto& each) { return each.second.deleted; });
  return true;
}

}  // namespace holdfast::controller
