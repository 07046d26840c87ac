// Capabilities: access types and modes, file systems, mount flags.

#include "absl/strings/str_cat.h"
#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

class CapabilitiesTest : public InputTest {};

// Of a capability (protobuf text), whoever gets it.
std::vector<Row> BadCapabilities() {
  return {{"nothing", "{ }", grpc::INVALID_ARGUMENT, "access_type"},
          {"no access type", "{ access_mode { mode: SINGLE_NODE_WRITER } }",
           grpc::INVALID_ARGUMENT, "access_type"},
          {"no mode", "{ mount {} }", grpc::INVALID_ARGUMENT, "access_mode"},
          {"an empty mode", "{ mount {} access_mode {} }",
           grpc::INVALID_ARGUMENT, "access_mode"},
          {"the mode UNKNOWN", "{ mount {} access_mode { mode: UNKNOWN } }",
           grpc::INVALID_ARGUMENT, "access_mode"},
          {"a mode of a later CSI", "{ mount {} access_mode { mode: 8 } }",
           grpc::INVALID_ARGUMENT, "access mode 8"},
          {"a negative mode", "{ mount {} access_mode { mode: -1 } }",
           grpc::INVALID_ARGUMENT, "access mode -1"},
          {"a group",
           "{ mount { volume_mount_group: '1000' } access_mode { mode: "
           "SINGLE_NODE_WRITER } }",
           grpc::INVALID_ARGUMENT, "volume_mount_group"}};
}

// `field` with each of the capabilities in the place of the good one.
std::vector<Row> In(const std::string& field, std::vector<Row> rows) {
  for (Row& row : rows) row.spoilt = absl::StrCat(field, " ", row.spoilt);
  return rows;
}

TEST_P(CapabilitiesTest, WhatNamesNoAccessIsRefused) {
  for (const char* rpc : {"CreateVolume", "GetCapacity"}) {
    std::vector<Row> rows = In("volume_capabilities", BadCapabilities());
    if (std::string(rpc) == "GetCapacity") rows.pop_back();
    ExpectRefused(rpc, rows);
  }
  for (const char* rpc :
       {"ControllerPublishVolume", "NodeStageVolume", "NodePublishVolume"}) {
    for (const Row& row : In("volume_capability", BadCapabilities())) {
      auto request = Request(rpc, Good(rpc));
      const auto* field =
          request->GetDescriptor()->FindFieldByName("volume_capability");
      request->GetReflection()->ClearField(request.get(), field);
      request->MergeFrom(*Request(rpc, row.spoilt));
      ExpectRefused(row, *request);
    }
  }
}

TEST_P(CapabilitiesTest, WritersOnManyNodesAreRefused) {
  for (const char* mode :
       {"MULTI_NODE_MULTI_WRITER", "MULTI_NODE_SINGLE_WRITER"}) {
    const std::string capability =
        absl::StrCat("{ mount {} access_mode { mode: ", mode, " } }");
    ExpectRefused("CreateVolume", {{mode, "volume_capabilities " + capability,
                                    grpc::INVALID_ARGUMENT, mode}});
    ExpectRefused("ControllerPublishVolume",
                  {{mode, "volume_capability " + capability,
                    grpc::INVALID_ARGUMENT, mode}});
  }
}

TEST_P(CapabilitiesTest, CapabilitiesThatExcludeEachOtherAreRefused) {
  const auto also = [](const std::string& access) {
    return absl::StrCat("volume_capabilities { ", access,
                        " access_mode { mode: SINGLE_NODE_WRITER } } ");
  };
  for (const char* rpc : {"CreateVolume", "GetCapacity"}) {
    ExpectRefused(rpc, {{"both types", also("mount {}") + also("block {}"),
                         grpc::INVALID_ARGUMENT, "block and for mount"},
                        {"two file systems",
                         also("mount { fs_type: 'ext4' }") +
                             also("mount { fs_type: 'xfs' }"),
                         grpc::INVALID_ARGUMENT, "ext4 and xfs"}});
  }
  ExpectTaken("CreateVolume", also("mount {}") + also("mount {}"));
}

TEST_P(CapabilitiesTest, UnknownFileSystemsAreRefused) {
  for (const char* type :
       {"ntfs", "EXT4", "ext4 ", "../ext4", "ext4\\000", "\\n", "-F"}) {
    const std::string capability =
        absl::StrCat("{ mount { fs_type: '", type,
                     "' } access_mode { mode: SINGLE_NODE_WRITER } }");
    ExpectRefused("CreateVolume", {{type, "volume_capabilities " + capability,
                                    grpc::INVALID_ARGUMENT, "file system"}});
    ExpectRefused("ControllerPublishVolume",
                  {{type, "volume_capability " + capability,
                    grpc::INVALID_ARGUMENT, "ext4"}});
    ExpectRefused("NodePublishVolume",
                  {{type, "volume_capability " + capability,
                    grpc::ALREADY_EXISTS, "ext4"}});
  }
  ExpectRefused(
      "CreateVolume",
      {{"129 bytes",
        absl::StrCat("volume_capabilities { mount { fs_type: '",
                     std::string(129, 'x'),
                     "' } access_mode { mode: SINGLE_NODE_WRITER } }"),
        grpc::INVALID_ARGUMENT, "fs_type has 129 bytes"}});
}

// Of one flag, as protobuf text writes it.
std::vector<Row> BadFlags() {
  return {{"an open quote", "context=\"a", grpc::INVALID_ARGUMENT, "quote"},
          {"no name", "=value", grpc::INVALID_ARGUMENT, "without a name"},
          {"no name among others", "noatime,=value,ro", grpc::INVALID_ARGUMENT,
           "without a name"},
          {"a word with a value", "ro=0", grpc::INVALID_ARGUMENT, "no value"},
          {"NUL", "noatime\\000", grpc::INVALID_ARGUMENT, "control character"},
          {"NUL in a value", "data=ordered\\000", grpc::INVALID_ARGUMENT,
           "control character"},
          {"a newline", "noatime\\nro", grpc::INVALID_ARGUMENT,
           "control character"},
          {"a tab", "\\tnoatime", grpc::INVALID_ARGUMENT, "control character"},
          {"DEL", "noatime\\177", grpc::INVALID_ARGUMENT, "control character"},
          {"10 kB", std::string(10000, 'x'), grpc::INVALID_ARGUMENT, "4096"}};
}

TEST_P(CapabilitiesTest, MountFlagsThatCannotBeMeantAreRefused) {
  for (Row row : BadFlags()) {
    row.spoilt = absl::StrCat("volume_capability { mount { mount_flags: '",
                              row.spoilt, "' } }");
    ExpectRefused("NodeStageVolume", {row});
    ExpectRefused("NodePublishVolume", {row});
  }
}

TEST_P(CapabilitiesTest, FlagsThatTheKernelRefusesAreTheCallers) {
  ExpectTaken("NodeUnpublishVolume", "target_path: '$target'");
  ExpectTaken("NodeUnstageVolume", "staging_target_path: '$staging'");
  for (const char* flag : {"bogus", "bogus=1", "noatime,bogus", "context ",
                           "uid=0 gid=0", "\\377\\376"}) {
    ExpectRefused("NodeStageVolume",
                  {{flag,
                    absl::StrCat("volume_capability { mount { mount_flags: '",
                                 flag, "' } }"),
                    grpc::INVALID_ARGUMENT, "mount options"}});
  }
}

TEST_P(CapabilitiesTest, EmptyFlagsAndSeparatorsAreNothing) {
  ExpectTaken("NodeUnpublishVolume", "target_path: '$target'");
  ExpectTaken("NodeUnstageVolume", "staging_target_path: '$staging'");
  ExpectTaken("NodeStageVolume",
              "volume_capability { mount { mount_flags: '' mount_flags: ',' "
              "mount_flags: ',,noatime,,' } }");
  EXPECT_TRUE(world_.machine().kernel().MountedPaths() ==
              std::vector<std::string>{node::kStaging});
}

INSTANTIATE_TEST_SUITE_P(Input, CapabilitiesTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
