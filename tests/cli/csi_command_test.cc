#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_csi.h"
#include "tests/cli/run_holdfast.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CsiCommandTest : public testing::Test {
 protected:
  // The controller is `server_`, the node `node_`.
  Outcome Csi(std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), "csi");
    words.push_back("--endpoint=" + server_.endpoint());
    words.push_back("--node_endpoint=" + node_.endpoint());
    return Holdfast(words, input);
  }

  FakeCsi server_;
  FakeCsi node_;
};

TEST_F(CsiCommandTest, ListHasTheCallsOfAllServices) {
  const Outcome outcome = Holdfast({"csi", "list"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* rpc : {"Identity", "GetPluginInfo", "ControllerGetVolume",
                          "NodeStageVolume", "GroupController"}) {
    EXPECT_THAT(outcome.out, HasSubstr(rpc));
  }
}

TEST_F(CsiCommandTest, ListIsJsonForPrograms) {
  const Outcome outcome = Holdfast({"csi", "list", "--output=json"});
  EXPECT_THAT(outcome.out, HasSubstr("\"rpc\": \"NodeStageVolume\""));
}

TEST_F(CsiCommandTest, AResponseIsJson) {
  const Outcome outcome = Csi({"GetPluginInfo"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"vendor_version\": \"1.2.3\""));
}

TEST_F(CsiCommandTest, ARequestIsJsonFromTheLineOrTheInput) {
  const Outcome outcome = Csi(
      {"createvolume",
       R"({"name": "a", "capacity_range": {"required_bytes": 9007199254740993}})"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"volume_id\": \"id-of-a\""));
  EXPECT_THAT(outcome.out,
              HasSubstr("\"capacity_bytes\": \"9007199254740993\""));
  EXPECT_EQ(Csi({"DeleteVolume", "-"}, R"({"volume_id": "v"})").exit_code, 0);
  EXPECT_EQ(server_.calls().back(), "DeleteVolume volume_id: \"v\"");
}

TEST_F(CsiCommandTest, NodeCallsGoToTheNode) {
  EXPECT_THAT(Csi({"NodeGetInfo"}).out, HasSubstr("node-1"));
  EXPECT_THAT(node_.calls(), ElementsAre("NodeGetInfo"));
  EXPECT_THAT(server_.calls(), IsEmpty());
}

TEST_F(CsiCommandTest, WhatIsNotUnderstoodIsNotSent) {
  EXPECT_EQ(Csi({"FormatDisk"}).exit_code, 2);
  EXPECT_EQ(Csi({}).exit_code, 2);
  EXPECT_EQ(Csi({"DeleteVolume", "{"}).exit_code, 2);
  const Outcome outcome = Csi({"DeleteVolume", R"({"volume": "v"})"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("csi.v1.DeleteVolumeRequest"));
  EXPECT_THAT(server_.calls(), IsEmpty());
}

TEST_F(CsiCommandTest, RefusalsAndSilenceAreToldApart) {
  server_.Answer("DeleteVolume", absl::UnavailableError("pool p1 is silent"));
  const Outcome refused = Csi({"DeleteVolume"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("pool p1 is silent (UNAVAILABLE)"));
  const Outcome silent =
      Holdfast({"csi", "Probe",
                "--endpoint=unix://" + server_.directory() + "/no.sock"});
  EXPECT_EQ(silent.exit_code, 3);
}

}  // namespace
}  // namespace holdfast::cli
