#include "controller/validate.h"

#include <gtest/gtest.h>

#include <string>

#include "base/ids.h"
#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

using backend::AccessMode;
using backend::AccessType;

constexpr char kMount[] =
    "volume_capabilities { mount {} access_mode { mode: SINGLE_NODE_WRITER } }";

template <typename Request>
auto ParseText(const std::string& text) {
  return Parse(FromText<Request>(text));
}

auto ParseCreate(const std::string& text) {
  return ParseText<csi::v1::CreateVolumeRequest>(text);
}

TEST(ValidateCreateVolumeTest, ReadsEverythingThatIsAskedFor) {
  const auto args = ParseCreate(R"(
      name: 'pvc-1'
      capacity_range { required_bytes: 5 limit_bytes: 9 }
      volume_capabilities {
        mount {} access_mode { mode: SINGLE_NODE_MULTI_WRITER } }
      volume_capabilities {
        mount { fs_type: 'ext4' } access_mode { mode: SINGLE_NODE_WRITER } }
      volume_content_source { snapshot { snapshot_id: 's' } }
      parameters { key: 'tier' value: 'slow' }
      parameters { key: 'color' value: 'red' }
      parameters { key: 'csi.storage.k8s.io/pvc/name' value: 'claim' }
      parameters { key: 'csi.storage.k8s.io/pvc/namespace' value: 'space' }
      parameters { key: 'csi.storage.k8s.io/pv/name' value: 'pv' }
      mutable_parameters { key: 'tier' value: 'fast' }
      accessibility_requirements {
        requisite { segments { key: 'k' value: 'a' } }
        preferred { segments { key: 'k' value: 'b' } } })");
  ASSERT_TRUE(args.ok()) << args.status();
  const backend::VolumeSpec& spec = args->spec;
  EXPECT_EQ(spec.name, "pvc-1");
  EXPECT_EQ(spec.capacity, (backend::CapacityRange{5, 9}));
  EXPECT_EQ(spec.access_type, AccessType::kMount);
  EXPECT_EQ(spec.fs_type, "ext4");
  EXPECT_EQ(spec.source, (backend::ContentSource{
                             backend::ContentSource::Kind::kSnapshot, "s"}));
  EXPECT_EQ(spec.parameters, (std::map<std::string, std::string>{
                                 {"tier", "fast"}, {"color", "red"}}));
  EXPECT_EQ(spec.claim_name, "claim");
  EXPECT_EQ(spec.claim_namespace, "space");
  EXPECT_EQ(spec.persistent_volume_name, "pv");
  EXPECT_EQ(args->topology.requisite, std::vector<Segments>({{{"k", "a"}}}));
  EXPECT_EQ(args->topology.preferred, std::vector<Segments>({{{"k", "b"}}}));
}

TEST(ValidateCreateVolumeTest, EveryModeWithWritersOnOneNodeIsOffered) {
  for (const char* mode :
       {"SINGLE_NODE_WRITER", "SINGLE_NODE_READER_ONLY",
        "MULTI_NODE_READER_ONLY", "SINGLE_NODE_SINGLE_WRITER",
        "SINGLE_NODE_MULTI_WRITER"}) {
    const auto args = ParseCreate(
        std::string("name: 'n' volume_capabilities { block {} access_mode { "
                    "mode: ") +
        mode + " } }");
    ASSERT_TRUE(args.ok()) << args.status();
    EXPECT_EQ(args->spec.access_type, AccessType::kBlock);
  }
}

TEST(ValidateCreateVolumeTest, ABoundOnOneSideIsEnough) {
  for (const char* range : {"limit_bytes: 7", "required_bytes: 7", ""}) {
    EXPECT_TRUE(ParseCreate(std::string("name: 'n' capacity_range { ") + range +
                            " } " + kMount)
                    .ok());
  }
}

struct Refusal {
  const char* what;
  std::string request;
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;
};

template <typename Request>
void ExpectRefused(const std::vector<Refusal>& refusals) {
  for (const auto& refusal : refusals) {
    const absl::Status status = ParseText<Request>(refusal.request).status();
    EXPECT_EQ(status.code(), refusal.code) << refusal.what << ": " << status;
    EXPECT_FALSE(status.message().empty()) << refusal.what;
  }
}

TEST(ValidateCreateVolumeTest, RefusesWhatCannotBeMeant) {
  const std::string name = "name: 'n' ";
  const std::string volume = name + kMount;
  ExpectRefused<csi::v1::CreateVolumeRequest>({
      {"no name", kMount},
      {"long name", "name: '" + std::string(129, 'n') + "' " + kMount},
      {"control character", "name: 'a\\001' " + std::string(kMount)},
      {"no capability", name},
      {"no access type", name + "volume_capabilities { access_mode { mode: "
                                "SINGLE_NODE_WRITER } }"},
      {"no mode", name + "volume_capabilities { mount {} }"},
      {"mode of a later CSI",
       name + "volume_capabilities { mount {} access_mode { mode: 99 } }"},
      {"writers on many nodes",
       name + "volume_capabilities { mount {} access_mode { mode: "
              "MULTI_NODE_MULTI_WRITER } }"},
      {"a writer on one of many nodes",
       name + "volume_capabilities { mount {} access_mode { mode: "
              "MULTI_NODE_SINGLE_WRITER } }"},
      {"two access types",
       volume + " volume_capabilities { block {} access_mode { mode: "
                "SINGLE_NODE_WRITER } }"},
      {"two file systems",
       name + "volume_capabilities { mount { fs_type: 'ext4' } access_mode { "
              "mode: SINGLE_NODE_WRITER } } volume_capabilities { mount { "
              "fs_type: 'xfs' } access_mode { mode: SINGLE_NODE_WRITER } }"},
      {"mount group",
       name + "volume_capabilities { mount { volume_mount_group: '7' } "
              "access_mode { mode: SINGLE_NODE_WRITER } }"},
      {"negative size", volume + " capacity_range { required_bytes: -1 }",
       absl::StatusCode::kOutOfRange},
      {"negative limit", volume + " capacity_range { limit_bytes: -1 }",
       absl::StatusCode::kOutOfRange},
      {"empty range",
       volume + " capacity_range { required_bytes: 2 limit_bytes: 1 }",
       absl::StatusCode::kOutOfRange},
      {"empty source", volume + " volume_content_source {}"},
      {"source without id", volume + " volume_content_source { volume {} }"},
      {"large parameters", volume + " parameters { key: 'k' value: '" +
                               std::string(4096, 'v') + "' }"},
  });
}

TEST(ValidateTest, EveryRequiredFieldIsAskedFor) {
  const std::string id = "volume_id: 'v' ";
  const std::string capability =
      "volume_capability { mount {} access_mode { mode: SINGLE_NODE_WRITER } }";
  ExpectRefused<csi::v1::DeleteVolumeRequest>({{"no id", ""}});
  ExpectRefused<csi::v1::ControllerPublishVolumeRequest>({
      {"no id", "node_id: 'n' " + capability},
      {"no node", id + capability},
      {"no capability", id + "node_id: 'n'"},
      {"unsupported mode",
       id + "node_id: 'n' volume_capability { mount {} access_mode { mode: "
            "MULTI_NODE_MULTI_WRITER } }"},
      {"mount group",
       id + "node_id: 'n' volume_capability { mount { volume_mount_group: '7' "
            "} access_mode { mode: SINGLE_NODE_WRITER } }"},
  });
  ExpectRefused<csi::v1::ControllerUnpublishVolumeRequest>(
      {{"no id", "node_id: 'n'"}});
  ExpectRefused<csi::v1::ValidateVolumeCapabilitiesRequest>(
      {{"no id", kMount}, {"no capabilities", id}});
  ExpectRefused<csi::v1::ControllerExpandVolumeRequest>({
      {"no id", "capacity_range { required_bytes: 1 }"},
      {"no range", id},
      {"empty range", id + "capacity_range {}"},
      {"negative", id + "capacity_range { required_bytes: -1 }",
       absl::StatusCode::kOutOfRange},
      {"negative limit", id + "capacity_range { limit_bytes: -1 }",
       absl::StatusCode::kOutOfRange},
  });
  ExpectRefused<csi::v1::ControllerGetVolumeRequest>({{"no id", ""}});
  ExpectRefused<csi::v1::CreateSnapshotRequest>({
      {"no name", "source_volume_id: 'testId'"},
      {"no source", "name: 'n'"},
  });
  ExpectRefused<csi::v1::DeleteSnapshotRequest>({{"no id", ""}});
  ExpectRefused<csi::v1::GetSnapshotRequest>({{"no id", ""}});
}

TEST(ValidateTest, ListingsRefuseNegativeCountsAndForeignTokens) {
  const std::string snapshot =
      MakeId('p', HomeOf("pool"), IdKind::kSnapshot, "s");
  ExpectRefused<csi::v1::ListVolumesRequest>({
      {"negative", "max_entries: -1"},
      {"token", "starting_token: 'invalid-token'", absl::StatusCode::kAborted},
      {"token of another listing", "starting_token: '" + snapshot + "'",
       absl::StatusCode::kAborted},
  });
  ExpectRefused<csi::v1::ListSnapshotsRequest>({
      {"negative", "max_entries: -1"},
      {"token", "starting_token: 'invalid-token'", absl::StatusCode::kAborted},
  });
  EXPECT_TRUE(ParseText<csi::v1::ListSnapshotsRequest>("starting_token: '" +
                                                       snapshot + "'")
                  .ok());
}

TEST(ValidateTest, ModesThatAreNotOfferedMayBeAskedAbout) {
  const auto args = ParseText<csi::v1::ValidateVolumeCapabilitiesRequest>(
      "volume_id: 'v' volume_capabilities { mount {} access_mode { mode: "
      "MULTI_NODE_MULTI_WRITER } }");
  ASSERT_TRUE(args.ok()) << args.status();
  EXPECT_EQ(args->capabilities.front().access_mode,
            AccessMode::kMultiNodeMultiWriter);
}

TEST(ValidateTest, SnapshotParametersAreThoseOfTheDriver) {
  const auto args = ParseText<csi::v1::CreateSnapshotRequest>(
      "name: 'n' source_volume_id: 'v' parameters { key: 'tier' value: 'x' } "
      "parameters { key: 'csi.storage.k8s.io/volumesnapshot/name' value: 'y' "
      "}");
  ASSERT_TRUE(args.ok()) << args.status();
  EXPECT_EQ(args->spec.parameters,
            (std::map<std::string, std::string>{{"tier", "x"}}));
}

}  // namespace
}  // namespace holdfast::controller
