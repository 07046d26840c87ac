// Ids that are none: made to lead out of a directory, of another kind, of a
// pool that is not here. No call follows them anywhere.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

struct BadId {
  const char* what;
  std::string id;  // as protobuf text writes it
};

// All of them are at most as long as CSI lets ids be.
std::vector<BadId> BadIds() {
  return {{"a way out", "../$volume"},
          {"a long way out", "../../../../etc/passwd"},
          {"an absolute path", "/etc/passwd"},
          {"a path to a volume", "/pool/volumes/$volume"},
          {"a name behind a slash", "$volume/.."},
          {"dots", ".."},
          {"NUL", "\\000"},
          {"an id with NUL at its end", "$volume\\000"},
          {"an id with a newline", "$volume\\n"},
          {"a blank", " "},
          {"an id with a blank", " $volume"},
          {"the text %s", "%s%s%n"},
          {"not UTF-8", "\\377\\376"},
          {"too short", "p0123456789abcdef-v"},
          {"of trash", "$volume.1700000000000000000"}};
}

class IdsTest : public InputTest {
 protected:
  // What `rpc` answers when `field` (protobuf text with an id in the place of
  // @) is one of the bad ids.
  void ExpectEach(const std::string& rpc, const std::string& field,
                  grpc::StatusCode code, const std::vector<BadId>& ids) {
    for (const BadId& bad : ids) {
      const std::string text = absl::StrReplaceAll(field, {{"@", bad.id}});
      if (code != grpc::OK) {
        ExpectRefused(rpc, {{bad.what, text, code}});
        continue;
      }
      SCOPED_TRACE(bad.what);
      const auto before = world_.Describe();
      ExpectTaken(rpc, text);
      EXPECT_EQ(fakes::Difference(before, world_.Describe()), "");
    }
  }
};

struct IdField {
  std::string rpc;
  std::string field;
  grpc::StatusCode code;  // for what is no id
};

const std::vector<IdField>& VolumeCalls() {
  static const auto* const kCalls = new std::vector<IdField>{
      {"DeleteVolume", "volume_id: '@'", grpc::OK},
      {"ControllerPublishVolume", "volume_id: '@'", grpc::NOT_FOUND},
      {"ControllerUnpublishVolume", "volume_id: '@'", grpc::OK},
      {"ValidateVolumeCapabilities", "volume_id: '@'", grpc::NOT_FOUND},
      {"ControllerGetVolume", "volume_id: '@'", grpc::NOT_FOUND},
      {"ControllerExpandVolume", "volume_id: '@'", grpc::NOT_FOUND},
      {"CreateSnapshot", "source_volume_id: '@'", grpc::NOT_FOUND},
      {"CreateVolume", "volume_content_source { volume { volume_id: '@' } }",
       grpc::NOT_FOUND},
      {"ListSnapshots", "source_volume_id: '@'", grpc::OK},
      {"NodeStageVolume", "volume_id: '@'", grpc::NOT_FOUND},
      {"NodeUnstageVolume", "volume_id: '@'", grpc::OK},
      {"NodePublishVolume", "volume_id: '@'", grpc::NOT_FOUND},
      {"NodeUnpublishVolume", "volume_id: '@'", grpc::OK},
      {"NodeGetVolumeStats", "volume_id: '@'", grpc::NOT_FOUND},
      {"NodeExpandVolume", "volume_id: '@'", grpc::NOT_FOUND}};
  return *kCalls;
}

const std::vector<IdField>& SnapshotCalls() {
  static const auto* const kCalls = new std::vector<IdField>{
      {"DeleteSnapshot", "snapshot_id: '@'", grpc::OK},
      {"GetSnapshot", "snapshot_id: '@'", grpc::NOT_FOUND},
      {"ListSnapshots", "snapshot_id: '@'", grpc::OK},
      {"CreateVolume",
       "volume_content_source { snapshot { snapshot_id: '@' } }",
       grpc::NOT_FOUND}};
  return *kCalls;
}

TEST_P(IdsTest, WhatIsNoIdIsGoneOrNotFound) {
  for (const auto* calls : {&VolumeCalls(), &SnapshotCalls()}) {
    for (const IdField& call : *calls) {
      ExpectEach(call.rpc, call.field, call.code, BadIds());
    }
  }
}

TEST_P(IdsTest, AnObjectOfTheOtherKindIsNotMeant) {
  for (const IdField& call : VolumeCalls()) {
    ExpectEach(call.rpc, call.field, call.code, {{"a snapshot", "$snapshot"}});
  }
  for (const IdField& call : SnapshotCalls()) {
    ExpectEach(call.rpc, call.field, call.code, {{"a volume", "$block"}});
  }
}

TEST_P(IdsTest, LongerThanCsiAllowsIsRefused) {
  const std::vector<BadId> ids = {{"129 bytes", std::string(129, 'v')},
                                  {"10 kB", std::string(10000, 'v')},
                                  {"10 kB of ways out", Times(3000, "../")}};
  for (const auto* calls : {&VolumeCalls(), &SnapshotCalls()}) {
    for (const IdField& call : *calls) {
      ExpectEach(call.rpc, call.field, grpc::INVALID_ARGUMENT, ids);
    }
  }
}

// Its pool may come back: nothing can be said of the volume, least of all that
// it is gone.
TEST_P(IdsTest, OfAPoolThatIsNotHereTheControllerSaysNothing) {
  for (const IdField& call : VolumeCalls()) {
    if (call.rpc.rfind("Node", 0) == 0) continue;
    ExpectEach(call.rpc, call.field, grpc::UNAVAILABLE,
               {{"of another pool", "$foreign"}});
  }
}

TEST_P(IdsTest, OfAPoolThatIsNotHereTheNodeHasNothing) {
  for (const IdField& call : VolumeCalls()) {
    if (call.rpc.rfind("Node", 0) != 0) continue;
    ExpectEach(call.rpc, call.field, call.code,
               {{"of another pool", "$foreign"}});
  }
}

TEST_P(IdsTest, ANodeThatIsNotTheVolumesCannotHaveIt) {
  const auto node = [](const std::string& id) {
    return absl::StrCat("node_id: '", id, "'");
  };
  ExpectRefused("ControllerPublishVolume",
                {{"another", node("node-b"), grpc::NOT_FOUND, "node-b"},
                 {"a path", node("../node-a"), grpc::NOT_FOUND},
                 {"NUL", node("node-a\\000"), grpc::NOT_FOUND},
                 {"256 bytes", node(std::string(256, 'n')), grpc::NOT_FOUND},
                 {"257 bytes", node(std::string(257, 'n')),
                  grpc::INVALID_ARGUMENT, "node_id has 257 bytes"}});
}

INSTANTIATE_TEST_SUITE_P(Input, IdsTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
