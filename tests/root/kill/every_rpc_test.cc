// Every call that changes something is killed at each of its steps: the list
// of calls is that of the services themselves, so that a new one cannot be
// forgotten.

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "csi/v1/csi.pb.h"
#include "holdfast/v1/admin.pb.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

// The scenarios' names begin with one of these.
const std::map<std::string, std::vector<std::string>>& Killed() {
  static const auto* const killed =
      new std::map<std::string, std::vector<std::string>>{
          {"Controller.CreateVolume", {"Create"}},
          {"Controller.DeleteVolume", {"Delete", "DeleteStaged"}},
          {"Controller.ControllerPublishVolume", {"ControllerPublish"}},
          {"Controller.ControllerUnpublishVolume", {"ControllerUnpublish"}},
          {"Controller.CreateSnapshot", {"Snapshot"}},
          {"Controller.DeleteSnapshot", {"DeleteSnapshot"}},
          {"Controller.ControllerExpandVolume",
           {"ExpandOffline", "ExpandOnline"}},
          {"Node.NodeStageVolume", {"Stage"}},
          {"Node.NodeUnstageVolume", {"Unstage"}},
          {"Node.NodePublishVolume", {"Publish"}},
          {"Node.NodeUnpublishVolume", {"Unpublish"}},
          {"Admin.Undelete", {"Undelete"}},
          {"Admin.Purge", {"Purge"}},
          {"Admin.DeletePristineVolume", {"DeletePristine"}},
      };
  return *killed;
}

// Those that have no scenario, and why.
const std::map<std::string, std::string>& Spared() {
  static const std::string kLooks = "only looks";
  static const std::string kNotOffered = "is not offered: UNIMPLEMENTED";
  static const auto* const spared = new std::map<std::string, std::string>{
      {"Controller.ValidateVolumeCapabilities", kLooks},
      {"Controller.ListVolumes", kLooks},
      {"Controller.GetCapacity", kLooks},
      {"Controller.ControllerGetCapabilities", kLooks},
      {"Controller.ListSnapshots", kLooks},
      {"Controller.GetSnapshot", kLooks},
      {"Controller.ControllerGetVolume", kLooks},
      {"Controller.ControllerListVolumeHealth", kNotOffered},
      {"Controller.ControllerGetVolumeHealth", kNotOffered},
      {"Controller.ControllerModifyVolume", kNotOffered},
      {"Node.NodeExpandVolume",
       "makes one change, and only where ControllerExpandVolume was cut off "
       "before its last one, which is the same: ExpandOnline"},
      {"Node.NodeGetVolumeStats", kLooks},
      {"Node.NodeGetVolumeHealth", kNotOffered},
      {"Node.NodeGetStorageHealth", kNotOffered},
      {"Node.NodeGetCapabilities", kLooks},
      {"Node.NodeGetInfo", kLooks},
      {"Admin.ListPools", kLooks},
      {"Admin.ListVolumes", kLooks},
      {"Admin.ListSnapshots", kLooks},
      {"Admin.ListTrash", kLooks},
      {"Admin.ForgetPool",
       "makes one empty file of the controller's own, whose name is there or "
       "not: forgotten_pools_test.cc"},
  };
  return *spared;
}

std::set<std::string> Scenarios() {
  std::set<std::string> names;
  for (const auto& list :
       {ControllerScenarios(), NodeScenarios(), TrashScenarios()}) {
    for (const NamedScenario& one : list) names.insert(one.name);
  }
  return names;
}

std::set<std::string> Calls() {
  std::set<std::string> calls;
  for (const google::protobuf::FileDescriptor* file :
       {csi::v1::CreateVolumeRequest::descriptor()->file(),
        v1::ForgetPoolRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      const google::protobuf::ServiceDescriptor& service = *file->service(i);
      if (service.name() != "Controller" && service.name() != "Node" &&
          service.name() != "Admin") {
        continue;
      }
      for (int j = 0; j < service.method_count(); ++j) {
        calls.insert(service.name() + "." + service.method(j)->name());
      }
    }
  }
  return calls;
}

TEST(EveryRpcTest, IsKilledAtEachStepOrChangesNothing) {
  std::set<std::string> known;
  for (const auto& [call, scenarios] : Killed()) known.insert(call);
  for (const auto& [call, why] : Spared()) {
    EXPECT_TRUE(known.insert(call).second) << call << " is in both lists";
  }
  EXPECT_EQ(Calls(), known) << "a call needs a scenario in tests/root/kill, or "
                               "a reason here why not";
}

TEST(EveryRpcTest, HasTheScenariosThatAreSaid) {
  std::set<std::string> unnamed = Scenarios();
  for (const auto& [call, beginnings] : Killed()) {
    for (const std::string& beginning : beginnings) {
      bool found = false;
      for (const std::string& scenario : Scenarios()) {
        if (!absl::StartsWith(scenario, beginning)) continue;
        found = true;
        unnamed.erase(scenario);
      }
      EXPECT_TRUE(found) << call << " has no scenario " << beginning;
    }
  }
  EXPECT_TRUE(unnamed.empty())
      << "of no call: " << testing::PrintToString(unnamed);
}

}  // namespace
}  // namespace holdfast::root
