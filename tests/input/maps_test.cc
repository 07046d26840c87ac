// Parameters, secrets and other maps: unknown keys, too much, in the wrong
// place.

#include "absl/strings/str_cat.h"
#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

class MapsTest : public InputTest {
 protected:
  static std::string Entry(const std::string& map, const std::string& key,
                           const std::string& value) {
    return absl::StrCat(map, " { key: '", key, "' value: '", value, "' } ");
  }
};

constexpr char kSecret[] = "hunter2hunter2";

TEST_P(MapsTest, UnknownParametersAreRefusedByName) {
  const auto parameter = [](const std::string& key, const std::string& value) {
    return Entry("parameters", key, value);
  };
  ExpectRefused(
      "CreateVolume",
      {{"a typing error", parameter("provisoning", "thick"),
        grpc::INVALID_ARGUMENT, "provisoning"},
       {"another case", parameter("Provisioning", "thick"),
        grpc::INVALID_ARGUMENT, "Provisioning"},
       {"no key", parameter("", "x"), grpc::INVALID_ARGUMENT, "not known"},
       {"NUL behind a key", parameter("pool\\000", "default"),
        grpc::INVALID_ARGUMENT, "not known"},
       {"a value that is none", parameter("provisioning", "thin\\000"),
        grpc::INVALID_ARGUMENT, "provisioning"},
       {"a block of no size", parameter("logicalBlockBytes", "0"),
        grpc::INVALID_ARGUMENT, "logicalBlockBytes"},
       {"another block", parameter("logicalBlockBytes", "1024"),
        grpc::INVALID_ARGUMENT, "logicalBlockBytes"},
       {"a pool that is not here", parameter("pool", "../default"),
        grpc::INVALID_ARGUMENT, "pool"},
       {"an option that is not allowed",
        parameter("mkfsOptions", "-F /pool/POOL"), grpc::INVALID_ARGUMENT,
        "-F"},
       {"an option as a value", parameter("mkfsOptions", "-L -n"),
        grpc::INVALID_ARGUMENT, "-L"},
       {"a path as a value", parameter("mkfsOptions", "-L /etc/passwd"),
        grpc::INVALID_ARGUMENT, "-L"},
       {"a command", parameter("mkfsOptions", "-L $(reboot)"),
        grpc::INVALID_ARGUMENT, "-L"},
       {"an option without a value", parameter("mkfsOptions", "-L"),
        grpc::INVALID_ARGUMENT, "no value"}});
  ExpectRefused("CreateSnapshot", {{"of a snapshot", parameter("pool", "x"),
                                    grpc::INVALID_ARGUMENT, "pool"}});
}

TEST_P(MapsTest, MutableParametersAreHeldToTheSameTable) {
  ExpectRefused("CreateVolume",
                {{"unknown", Entry("mutable_parameters", "iops", "1000"),
                  grpc::INVALID_ARGUMENT, "iops"},
                 {"over one that is good",
                  Entry("parameters", "provisioning", "thin") +
                      Entry("mutable_parameters", "provisioning", "fat"),
                  grpc::INVALID_ARGUMENT, "provisioning"}});
}

// Not an error: a provisioner asks for every StorageClass, again and again.
TEST_P(MapsTest, WhatCannotBeMadeHasNoCapacity) {
  for (const std::string& asked :
       {Entry("parameters", "iops", "1000"),
        std::string("volume_capabilities { mount { fs_type: 'ntfs' } "
                    "access_mode { mode: SINGLE_NODE_WRITER } }")}) {
    const Answer answer = ExpectTaken("GetCapacity", asked);
    EXPECT_EQ(dynamic_cast<csi::v1::GetCapacityResponse&>(*answer.response)
                  .available_capacity(),
              0)
        << asked;
  }
}

// CSI lets an orchestrator send one map of secrets to every call.
TEST_P(MapsTest, SecretsThatNobodyAskedForAreIgnored) {
  const std::string secrets = Entry("secrets", "password", kSecret);
  for (const char* rpc :
       {"CreateVolume", "ControllerPublishVolume", "ControllerUnpublishVolume",
        "ValidateVolumeCapabilities", "CreateSnapshot", "ListSnapshots",
        "GetSnapshot", "ControllerExpandVolume", "NodeStageVolume",
        "NodePublishVolume", "NodeExpandVolume", "DeleteSnapshot",
        "DeleteVolume"}) {
    const Answer answer = ExpectTaken(rpc, secrets);
    EXPECT_EQ(answer.response->DebugString().find(kSecret), std::string::npos);
  }
}

TEST_P(MapsTest, NoAnswerRepeatsASecret) {
  const std::string secrets = Entry("secrets", "password", kSecret);
  for (const std::string& spoilt :
       {Entry("parameters", "password", kSecret),
        Entry("parameters", "provisioning", kSecret),
        absl::StrCat("volume_content_source { volume { volume_id: '", kSecret,
                     "' } }")}) {
    const Answer answer =
        Call(*Request("CreateVolume", Good("CreateVolume"), secrets + spoilt));
    EXPECT_FALSE(answer.status.ok());
    EXPECT_EQ(answer.status.error_message().find(kSecret), std::string::npos)
        << answer.status.error_message();
  }
}

struct MapField {
  const char* rpc;
  const char* field;
};

// Every map that a request may carry.
const MapField kMaps[] = {{"CreateVolume", "parameters"},
                          {"CreateVolume", "mutable_parameters"},
                          {"CreateVolume", "secrets"},
                          {"DeleteVolume", "secrets"},
                          {"ControllerPublishVolume", "secrets"},
                          {"ControllerPublishVolume", "volume_context"},
                          {"ControllerUnpublishVolume", "secrets"},
                          {"ValidateVolumeCapabilities", "volume_context"},
                          {"ValidateVolumeCapabilities", "parameters"},
                          {"ValidateVolumeCapabilities", "secrets"},
                          {"ValidateVolumeCapabilities", "mutable_parameters"},
                          {"GetCapacity", "parameters"},
                          {"CreateSnapshot", "secrets"},
                          {"CreateSnapshot", "parameters"},
                          {"DeleteSnapshot", "secrets"},
                          {"ListSnapshots", "secrets"},
                          {"GetSnapshot", "secrets"},
                          {"ControllerExpandVolume", "secrets"},
                          {"NodeStageVolume", "publish_context"},
                          {"NodeStageVolume", "secrets"},
                          {"NodeStageVolume", "volume_context"},
                          {"NodePublishVolume", "publish_context"},
                          {"NodePublishVolume", "secrets"},
                          {"NodePublishVolume", "volume_context"},
                          {"NodeExpandVolume", "secrets"}};

TEST_P(MapsTest, MoreThan4KiBInAMapIsRefused) {
  for (const MapField& map : kMaps) {
    std::string entries;
    for (int i = 0; i < 5; ++i) {
      entries += Entry(map.field, absl::StrCat("csi.storage.k8s.io/", i),
                       std::string(800, 'x'));
    }
    ExpectRefused(
        map.rpc,
        {{"many entries", entries, grpc::INVALID_ARGUMENT,
          absl::StrCat(map.field, " has ")},
         {"a large value",
          Entry(map.field, "csi.storage.k8s.io/a", std::string(1 << 20, 'x')),
          grpc::INVALID_ARGUMENT, absl::StrCat(map.field, " has ")}});
  }
}

TEST_P(MapsTest, TopologyThatIsTooLargeOrNotHereIsRefused) {
  const auto requisite = [](const std::string& key, const std::string& value) {
    return absl::StrCat("accessibility_requirements { requisite { ",
                        Entry("segments", key, value), "} }");
  };
  for (const char* rpc : {"CreateVolume", "CreateSnapshot"}) {
    ExpectRefused(
        rpc, {{"large", requisite("k", std::string(4096, 'x')),
               grpc::INVALID_ARGUMENT, "segments has 4097 bytes"},
              {"another node", requisite("csi.holdfast.dev/node", "node-b"),
               grpc::RESOURCE_EXHAUSTED, "node"}});
  }
}

INSTANTIATE_TEST_SUITE_P(Input, MapsTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
