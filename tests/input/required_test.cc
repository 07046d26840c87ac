// Required fields, taken out one by one, of every call.

#include <map>

#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

using google::protobuf::Message;

struct Required {
  std::string field;  // a path: "volume_capability.access_mode"
  grpc::StatusCode code = grpc::INVALID_ARGUMENT;
};

// The fields that csi.proto calls required (csi-contract, 1.4 and 3.3).
const std::map<std::string, std::vector<Required>>& RequiredFields() {
  const std::vector<Required> id = {{"volume_id"}};
  static const auto* const kFields =
      new std::map<std::string, std::vector<Required>>{
          {"CreateVolume",
           {{"name"},
            {"volume_capabilities"},
            {"volume_capabilities.mount"},
            {"volume_capabilities.access_mode"}}},
          {"DeleteVolume", id},
          {"ControllerPublishVolume",
           {{"volume_id"},
            {"node_id"},
            {"volume_capability"},
            {"volume_capability.mount"},
            {"volume_capability.access_mode"}}},
          {"ControllerUnpublishVolume", id},
          {"ValidateVolumeCapabilities",
           {{"volume_id"},
            {"volume_capabilities"},
            {"volume_capabilities.mount"},
            {"volume_capabilities.access_mode"}}},
          {"ControllerGetVolume", id},
          {"CreateSnapshot", {{"source_volume_id"}, {"name"}}},
          {"DeleteSnapshot", {{"snapshot_id"}}},
          {"GetSnapshot", {{"snapshot_id"}}},
          {"ControllerExpandVolume", {{"volume_id"}, {"capacity_range"}}},
          {"NodeStageVolume",
           {{"volume_id"},
            {"staging_target_path"},
            {"volume_capability"},
            {"volume_capability.mount"},
            {"volume_capability.access_mode"}}},
          {"NodeUnstageVolume", {{"volume_id"}, {"staging_target_path"}}},
          {"NodePublishVolume",
           {{"volume_id"},
            {"staging_target_path", grpc::FAILED_PRECONDITION},
            {"target_path"},
            {"volume_capability"},
            {"volume_capability.mount"},
            {"volume_capability.access_mode"}}},
          {"NodeUnpublishVolume", {{"volume_id"}, {"target_path"}}},
          {"NodeGetVolumeStats", {{"volume_id"}, {"volume_path"}}},
          {"NodeExpandVolume", {{"volume_id"}, {"volume_path"}}},
          {"ListVolumes", {}},
          {"GetCapacity", {}},
          {"ListSnapshots", {}},
          {"ControllerGetCapabilities", {}},
          {"NodeGetCapabilities", {}},
          {"NodeGetInfo", {}}};
  return *kFields;
}

void Clear(Message& message, const std::string& path) {
  const size_t dot = path.find('.');
  const auto* field =
      message.GetDescriptor()->FindFieldByName(path.substr(0, dot));
  ASSERT_NE(field, nullptr) << path;
  const auto* reflection = message.GetReflection();
  if (dot == std::string::npos) return reflection->ClearField(&message, field);
  Clear(field->is_repeated()
            ? *reflection->MutableRepeatedMessage(&message, field, 0)
            : *reflection->MutableMessage(&message, field),
        path.substr(dot + 1));
}

class RequiredTest : public InputTest {};

TEST_P(RequiredTest, EveryCallIsInTheTableOrNotOffered) {
  for (const Rpc& rpc : Rpcs()) {
    if (RequiredFields().count(rpc.name) > 0) continue;
    const auto before = world_.Describe();
    const grpc::Status status = Call(*rpc.request).status;
    EXPECT_EQ(status.error_code(), grpc::UNIMPLEMENTED) << rpc.name;
    EXPECT_EQ(CheckAnswer(rpc, status), "");
    EXPECT_EQ(fakes::Difference(before, world_.Describe()), "");
  }
}

TEST_P(RequiredTest, EachRequiredFieldIsAskedForByName) {
  for (const auto& [rpc, fields] : RequiredFields()) {
    for (const Required& required : fields) {
      const auto request = Request(rpc, Good(rpc));
      Clear(*request, required.field);
      const std::string field =
          required.field.substr(required.field.rfind('.') + 1);
      ExpectRefused({.what = "without " + required.field,
                     .code = required.code,
                     .words = field == "mount" ? "access_type" : field},
                    *request);
    }
  }
}

TEST_P(RequiredTest, NothingAtAllIsNoReasonToFail) {
  for (const auto& [rpc, fields] : RequiredFields()) {
    if (fields.empty()) ExpectTaken(rpc);
  }
}

// What the other tables spoil is good without that.
TEST_P(RequiredTest, TheGoodRequestsAreGood) {
  for (const Rpc& rpc : Rpcs()) {
    // They take away what the others need.
    if (rpc.name.rfind("Delete", 0) == 0) continue;
    if (RequiredFields().count(rpc.name) > 0) ExpectTaken(rpc.name);
  }
  ExpectTaken("DeleteSnapshot");
  ExpectTaken("DeleteVolume");
}

INSTANTIATE_TEST_SUITE_P(Input, RequiredTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
