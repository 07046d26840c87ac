// Choosing checks, running them, and showing what they found.

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "cli/doctor/doctor.h"
#include "cli/doctor/facts.h"
#include "cli/doctor/places.h"
#include "cli/doctor/render.h"
#include "tests/cli/doctor/fixture.h"

namespace holdfast::cli::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ChooseChecks, NoNameMeansAll) {
  EXPECT_EQ(ChooseChecks({}).value().size(), AllChecks().size());
}

TEST(ChooseChecks, NamesKeepTheOrderOfTheTable) {
  const auto chosen = ChooseChecks({"sockets", "kernel", "sockets"});
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  ASSERT_EQ(chosen->size(), 2u);
  EXPECT_STREQ((*chosen)[0]->name, "kernel");
  EXPECT_STREQ((*chosen)[1]->name, "sockets");
}

TEST(ChooseChecks, WhatIsNoCheckIsNamedWithThoseThatAre) {
  const auto chosen = ChooseChecks({"kernel", "colonel"});
  ASSERT_TRUE(absl::IsInvalidArgument(chosen.status()));
  EXPECT_THAT(std::string(chosen.status().message()),
              testing::AllOf(HasSubstr("colonel"), HasSubstr("pool-space")));
}

TEST(AllChecksTest, NamesAreUnique) {
  std::set<std::string> names;
  for (const Check& check : AllChecks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
  }
}

TEST(Facts, KernelVersions) {
  EXPECT_EQ(ParseKernelVersion("6.1.0-18-amd64\n"), (KernelVersion{6, 1}));
  EXPECT_EQ(ParseKernelVersion("5.15-rc3"), (KernelVersion{5, 15}));
  EXPECT_EQ(ParseKernelVersion("6"), std::nullopt);
  EXPECT_EQ(ParseKernelVersion(""), std::nullopt);
  EXPECT_LT((KernelVersion{5, 15}), (KernelVersion{6, 2}));
}

TEST(Facts, MountPointsWithBlanks) {
  const auto mount = FindMountOf(
      "22 1 8:1 / / rw - ext4 /dev/a rw\n"
      "23 22 8:2 / /a\\040b rw shared:3 - ext4 /dev/b rw\n",
      "/a b/c");
  ASSERT_TRUE(mount.has_value());
  EXPECT_EQ(mount->mount_point, "/a b");
  EXPECT_TRUE(mount->is_shared);
}

TEST(Facts, BelowIsByComponents) {
  EXPECT_TRUE(IsBelow("/a/b", "/a"));
  EXPECT_TRUE(IsBelow("/a", "/a"));
  EXPECT_TRUE(IsBelow("/a", "/"));
  EXPECT_FALSE(IsBelow("/ab", "/a"));
}

TEST(PlacesTest, PodsOfPaths) {
  const Places places("/k");
  const std::string block = "/k/plugins/kubernetes.io/csi/volumeDevices";
  EXPECT_EQ(places.PodOf("/k/pods/u1/volumes/x"), "u1");
  EXPECT_EQ(places.PodOf(block + "/publish/pv/u2"), "u2");
  EXPECT_EQ(places.PodOf(block + "/pv/dev/u3"), "u3");
  EXPECT_EQ(places.PodOf(block + "/staging/pv/x"), "");
  EXPECT_EQ(places.PodOf("/elsewhere/pods/u1"), "");
  EXPECT_TRUE(places.IsStaging(block + "/staging/pv"));
  EXPECT_FALSE(places.IsStaging(block + "/publish/pv/u2"));
  EXPECT_FALSE(places.IsStaging("/k/pods/u1/volumes/x"));
}

TEST_F(DoctorTest, AllIsWellIsSaid) {
  const Report report = Run();
  EXPECT_THAT(ToText(report), HasSubstr("All is well (17 checks)."));
  EXPECT_TRUE(VerdictOn(report).ok());
}

TEST_F(DoctorTest, TextBeginsWithTheWorst) {
  RemoveProgram("mkfs.btrfs");  // a note, found before
  pool().error = "its disk is gone";
  const std::string text = ToText(Run());
  const size_t error = text.find("error  pool main");
  const size_t note = text.find("note  mkfs.btrfs");
  ASSERT_NE(error, std::string::npos) << text;
  ASSERT_NE(note, std::string::npos) << text;
  EXPECT_LT(error, note);
  EXPECT_THAT(text, HasSubstr("1 error, 0 warnings, 1 note (17 checks)."));
  EXPECT_THAT(text, HasSubstr("    do:  "));
}

TEST_F(DoctorTest, NotesAloneAreNoFailure) {
  RemoveProgram("mkfs.btrfs");
  EXPECT_TRUE(VerdictOn(Run()).ok());
}

TEST_F(DoctorTest, WarningsAndErrorsAreCounted) {
  RemoveProgram("e2fsck");
  pool().error = "its disk is gone";
  const absl::Status verdict = VerdictOn(Run());
  EXPECT_TRUE(absl::IsFailedPrecondition(verdict));
  EXPECT_EQ(verdict.message(), "found 1 error and 1 warning");
}

TEST_F(DoctorTest, TextSaysWhatAFixWouldDoAndWhatItDid) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  const std::string detach = absl::StrCat("detach ", os::LoopPath(loop));
  EXPECT_THAT(ToText(Run()), HasSubstr("--fix: " + detach));
  const std::string fixed = ToText(Run(Mode::kFix));
  EXPECT_THAT(fixed, HasSubstr("done: " + detach));
  EXPECT_THAT(fixed, HasSubstr("fixed  "));
  EXPECT_THAT(fixed, HasSubstr("All is well"));
}

TEST_F(DoctorTest, FixThatFailsIsSaidAndStillCounts) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  kernel_.calls().FailNext("LoopDevices.Detach", EPERM);
  const Report report = Run(Mode::kFix, {"loop-deleted"});
  EXPECT_THAT(ToText(report), HasSubstr("failed: detach"));
  EXPECT_FALSE(VerdictOn(report).ok());
}

TEST_F(DoctorTest, JsonHoldsEverything) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  google::protobuf::Struct json;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  ToJson(Run(Mode::kFix, {"loop-deleted"})), &json)
                  .ok());
  EXPECT_EQ(json.fields().at("worst").string_value(), "ok");
  EXPECT_EQ(json.fields().at("checks").list_value().values(0).string_value(),
            "loop-deleted");
  const auto& finding =
      json.fields().at("findings").list_value().values(0).struct_value();
  EXPECT_EQ(finding.fields().at("check").string_value(), "loop-deleted");
  EXPECT_EQ(finding.fields().at("severity").string_value(), "warning");
  EXPECT_THAT(finding.fields().at("what").string_value(), HasSubstr(IdOf("a")));
  EXPECT_TRUE(finding.fields().at("fixed").bool_value());
  EXPECT_EQ(finding.fields().count("fix_error"), 0u);
}

TEST(ListChecksTest, NamesAllWithASummary) {
  const std::string text = ListChecks();
  for (const Check& check : AllChecks()) {
    EXPECT_THAT(text, HasSubstr(check.name));
    EXPECT_THAT(text, HasSubstr(check.summary));
  }
}

TEST(ExamineThisMachineTest, MistakesAreRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      ExamineThisMachine({.node_endpoint = "nonsense"}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      ExamineThisMachine({.checks = {"colonel"}}).status()));
}

// docs/doctor.md has a section for each check, in the order of the table, and
// none for anything else.
TEST(DoctorPage, HasASectionForEachCheck) {
  std::ifstream page(HOLDFAST_SOURCE_DIR "/docs/doctor.md");
  ASSERT_TRUE(page.is_open());
  std::vector<std::string> sections;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("### ", 0) == 0) sections.push_back(line.substr(4));
  }
  std::vector<std::string> names;
  for (const Check& check : AllChecks()) names.emplace_back(check.name);
  EXPECT_EQ(sections, names);
}

}  // namespace
}  // namespace holdfast::cli::doctor
