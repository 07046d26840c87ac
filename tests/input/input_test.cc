#include "tests/input/input_test.h"

#include <google/protobuf/text_format.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/ids.h"
#include "identity/driver_info.h"

namespace holdfast::input {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;

const char kOneCapability[] =
    " volume_capability { mount {} access_mode { mode: SINGLE_NODE_WRITER } } ";
const char kCapabilities[] =
    " volume_capabilities { mount {} access_mode { mode: SINGLE_NODE_WRITER } "
    "} ";

const std::map<std::string, std::string>& GoodRequests() {
  static const auto* const kGood = new std::map<std::string, std::string>{
      {"CreateVolume", absl::StrCat("name: 'new'", kCapabilities)},
      {"DeleteVolume", "volume_id: '$block'"},
      {"ControllerPublishVolume",
       absl::StrCat("volume_id: '$volume' node_id: 'node-a'", kOneCapability)},
      {"ControllerUnpublishVolume", "volume_id: '$volume' node_id: 'node-a'"},
      {"ValidateVolumeCapabilities",
       absl::StrCat("volume_id: '$volume'", kCapabilities)},
      {"ListVolumes", ""},
      {"ControllerGetVolume", "volume_id: '$volume'"},
      {"GetCapacity", ""},
      {"ControllerGetCapabilities", ""},
      {"CreateSnapshot", "source_volume_id: '$volume' name: 'new'"},
      {"DeleteSnapshot", "snapshot_id: '$snapshot'"},
      {"ListSnapshots", ""},
      {"GetSnapshot", "snapshot_id: '$snapshot'"},
      {"ControllerExpandVolume",
       "volume_id: '$block' capacity_range { required_bytes: 536870912 }"},
      {"NodeStageVolume",
       absl::StrCat("volume_id: '$volume' staging_target_path: '$staging'",
                    kOneCapability)},
      {"NodeUnstageVolume",
       "volume_id: '$volume' staging_target_path: '/kubelet/other'"},
      {"NodePublishVolume",
       absl::StrCat("volume_id: '$volume' staging_target_path: '$staging' "
                    "target_path: '$target'",
                    kOneCapability)},
      {"NodeUnpublishVolume",
       "volume_id: '$volume' target_path: '/kubelet/pods/a/none'"},
      {"NodeGetVolumeStats", "volume_id: '$volume' volume_path: '$target'"},
      {"NodeExpandVolume", "volume_id: '$volume' volume_path: '$target'"},
      {"NodeGetCapabilities", ""},
      {"NodeGetInfo", ""}};
  return *kGood;
}

}  // namespace

InputTest::InputTest() {
  Prepare();
  if (GetParam() == Front::kAgent) return;
  sockets_ = std::make_unique<controller::SocketDirectory>();
  agent_ = std::make_unique<controller::RunningAgent>(
      sockets_->Socket("agent"), world_.controller(),
      std::map<std::string, std::string>{
          {identity::kManifestPools, absl::StrCat("default=", world_.home())},
          {identity::kManifestNode, node::kNodeId}});
  directory_ = std::make_unique<controller::Directory>(
      std::vector<rpc::Endpoint>{agent_->endpoint()});
  router_ =
      std::make_unique<controller::RouterService>(directory_->agents, calls_);
}

// In this order: nothing calls an agent that is gone.
InputTest::~InputTest() {
  router_.reset();
  directory_.reset();
  agent_.reset();
}

void InputTest::Prepare() {
  node::World& machine = world_.machine();
  volume_ = machine.MakeVolume(backend::AccessType::kMount, "mounted");
  block_ = machine.MakeVolume(backend::AccessType::kBlock, "block");
  for (const char* call : {"NodeStageVolume", "NodePublishVolume"}) {
    const auto request = Request(call, Good(call));
    const auto answer = FindRpc(call)->call(world_.services(), *request);
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  }
  Operation operation("test");
  const auto snapshot = machine.backend().CreateSnapshot(
      {.name = "snapshot", .source_volume_id = volume_}, operation);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  snapshot_ = snapshot->id;
  machine.kernel().MakeDirectories("/kubelet/other");
}

Services InputTest::services() {
  Services services = world_.services();
  if (router_ == nullptr) return services;
  return {*router_, services.node};
}

std::string InputTest::Good(const std::string& rpc) {
  return GoodRequests().at(rpc);
}

std::string InputTest::Named(std::string text) {
  return absl::StrReplaceAll(
      text,
      {{"$volume", volume_},
       {"$block", block_},
       {"$snapshot", snapshot_},
       {"$foreign", MakeId('p', HomeOf("elsewhere"), IdKind::kVolume, "v")},
       {"$staging", node::kStaging},
       {"$target", node::kTarget}});
}

std::shared_ptr<Message> InputTest::Request(const std::string& rpc,
                                            const std::string& text,
                                            const std::string& merged) {
  std::shared_ptr<Message> message(FindRpc(rpc)->request->New());
  EXPECT_TRUE(TextFormat::ParseFromString(Named(text), message.get())) << text;
  EXPECT_TRUE(TextFormat::MergeFromString(Named(merged), message.get()))
      << merged;
  return message;
}

Answer InputTest::Call(const Message& request) {
  return FindRpc(request.GetDescriptor()->name())->call(services(), request);
}

void InputTest::ExpectRefused(const std::string& rpc,
                              const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    ExpectRefused(row, *Request(rpc, Good(rpc), row.spoilt));
  }
}

void InputTest::ExpectRefused(const Row& row, const Message& request) {
  const std::string& rpc = request.GetDescriptor()->name();
  SCOPED_TRACE(absl::StrCat(rpc, ": ", row.what));
  const auto before = world_.Describe();
  const grpc::Status status = Call(request).status;
  EXPECT_EQ(status.error_code(), row.code) << status.error_message();
  EXPECT_EQ(CheckAnswer(*FindRpc(rpc), status), "");
  EXPECT_NE(status.error_message().find(row.words), std::string::npos)
      << status.error_message();
  EXPECT_EQ(fakes::Difference(before, world_.Describe()), "");
}

Answer InputTest::ExpectTaken(const std::string& rpc,
                              const std::string& merged) {
  SCOPED_TRACE(absl::StrCat(rpc, ": ", merged));
  const Answer answer = Call(*Request(rpc, Good(rpc), merged));
  EXPECT_EQ(answer.status.error_code(), grpc::OK)
      << answer.status.error_message();
  return answer;
}

std::string Times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string FrontName(const testing::TestParamInfo<Front>& front) {
  return front.param == Front::kAgent ? "Agent" : "Router";
}

}  // namespace holdfast::input
