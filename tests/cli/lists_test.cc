// volumes, snapshots, trash, pools: what people see.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "absl/strings/str_split.h"
#include "tests/cli/fake_csi.h"
#include "tests/cli/run_holdfast.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kGiB = int64_t{1} << 30;

v1::Volume MakeVolume(const std::string& name) {
  v1::Volume volume;
  volume.set_id("id-" + name);
  volume.set_name(name);
  volume.set_pool("default");
  volume.set_node_id("n1");
  volume.set_size_bytes(kGiB);
  volume.set_allocated_bytes(kGiB / 2);
  volume.set_access_type(v1::ACCESS_TYPE_MOUNT);
  volume.set_fs_type("ext4");
  return volume;
}

class ListsTest : public testing::Test {
 protected:
  FakeAdmin& admin() { return server_.admin(); }

  // `words` against the server.
  Outcome Ask(std::vector<std::string> words) {
    words.push_back("--endpoint=" + server_.endpoint());
    return Holdfast(words);
  }

  // The lines of a table of which the command must be OK.
  std::vector<std::string> Lines(const std::vector<std::string>& words) {
    const Outcome outcome = Ask(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return absl::StrSplit(outcome.out, '\n', absl::SkipEmpty());
  }

  FakeCsi server_;
};

TEST_F(ListsTest, VolumesAreListedOverAllPages) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    admin().volumes.push_back(MakeVolume(name));
  }
  const auto lines = Lines({"volumes"});
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_THAT(lines[0], HasSubstr("ALLOCATED"));
  EXPECT_THAT(lines[5], HasSubstr("id-e"));
  EXPECT_THAT(lines[5], HasSubstr("1 GiB"));
  EXPECT_THAT(lines[5], HasSubstr("512 MiB"));
}

TEST_F(ListsTest, AVolumeIsCalledByItsClaimAndShowsItsDevices) {
  v1::Volume volume = MakeVolume("pvc-1");
  volume.set_claim_namespace("shop");
  volume.set_claim_name("data");
  volume.add_attachments()->set_device("/dev/loop7");
  v1::Attachment& second = *volume.add_attachments();
  second.set_device("/dev/loop8");
  second.set_read_only(true);
  admin().volumes = {volume};
  const auto lines = Lines({"volumes"});
  EXPECT_THAT(lines[1], HasSubstr("shop/data  id-pvc-1"));
  EXPECT_THAT(lines[1], HasSubstr("loop7 loop8(ro)"));
}

TEST_F(ListsTest, NothingIsShownOfNoVolumes) {
  EXPECT_THAT(Ask({"volumes"}).out, IsEmpty());
  EXPECT_EQ(Ask({"volumes", "--output=json"}).out, "[]\n");
}

TEST_F(ListsTest, JsonHasExactNumbers) {
  admin().volumes = {MakeVolume("a"), MakeVolume("b"), MakeVolume("c")};
  const Outcome outcome = Ask({"volumes", "--output=json"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\"size_bytes\": \"1073741824\""));
  EXPECT_THAT(outcome.out, testing::StartsWith("[\n{"));
  EXPECT_THAT(outcome.out, testing::EndsWith("}\n]\n"));
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(outcome.out, "},\n{")),
              SizeIs(3));
}

TEST_F(ListsTest, AListThatBreaksOffFails) {
  admin().volumes = {MakeVolume("a"), MakeVolume("b"), MakeVolume("c")};
  admin().BreakLists();
  const Outcome outcome = Ask({"volumes"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("the agent of n2 does not answer"));
}

TEST_F(ListsTest, WithoutADaemonItIsThree) {
  const Outcome outcome = Holdfast(
      {"volumes", "--endpoint=unix://" + server_.directory() + "/no.sock"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no.sock"));
}

TEST_F(ListsTest, TheEndpointMayComeFromTheEnvironment) {
  admin().volumes = {MakeVolume("a")};
  setenv("CSI_ENDPOINT", server_.endpoint().c_str(), 1);
  const Outcome outcome = Holdfast({"volumes"});
  unsetenv("CSI_ENDPOINT");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("id-a"));
}

TEST_F(ListsTest, AVolumeIsShownByIdNameOrClaim) {
  v1::Volume volume = MakeVolume("pvc-1");
  volume.set_claim_namespace("shop");
  volume.set_claim_name("data");
  (*volume.mutable_parameters())["pool"] = "fast";
  admin().volumes = {MakeVolume("a"), MakeVolume("b"), volume};
  for (const char* word : {"id-pvc-1", "pvc-1", "shop/data"}) {
    const Outcome outcome = Ask({"volumes", "show", word});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("id-pvc-1"));
    EXPECT_THAT(outcome.out, HasSubstr("1 GiB (1073741824 bytes)"));
    EXPECT_THAT(outcome.out, HasSubstr("pool=fast"));
  }
  EXPECT_THAT(Ask({"volumes", "show", "a", "--output=json"}).out,
              HasSubstr("\"id\": \"id-a\""));
}

TEST_F(ListsTest, WhatIsNotThereOrNotClearIsNotShown) {
  admin().volumes = {MakeVolume("a"), MakeVolume("a")};
  admin().volumes[1].set_id("other");
  EXPECT_EQ(Ask({"volumes", "show", "b"}).exit_code, 1);
  const Outcome outcome = Ask({"volumes", "show", "a"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("id-a, other"));
}

TEST_F(ListsTest, NamesCannotCommandTheTerminal) {
  admin().volumes = {MakeVolume("a\x1b[2J")};
  EXPECT_THAT(Ask({"volumes"}).out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(Ask({"volumes", "show", "id-a\x1b[2J"}).out,
              Not(HasSubstr("\x1b")));
}

TEST_F(ListsTest, SnapshotsAreListedAndShown) {
  v1::Snapshot snapshot;
  snapshot.set_id("id-s");
  snapshot.set_name("before");
  snapshot.set_source_volume_id("id-a");
  snapshot.set_size_bytes(kGiB);
  snapshot.mutable_created_at()->set_seconds(1'000'000'000);
  admin().snapshots = {snapshot};
  const auto lines = Lines({"snapshots"});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[1], HasSubstr("before"));
  EXPECT_THAT(lines[1], HasSubstr("2001-09-0"));
  EXPECT_THAT(Ask({"snapshots", "show", "before"}).out, HasSubstr("id-a"));
  EXPECT_THAT(Ask({"snapshots", "show", "id-s", "--output=json"}).out,
              HasSubstr("\"source_volume_id\": \"id-a\""));
  EXPECT_THAT(Ask({"snapshots", "--output=json"}).out, HasSubstr("id-s"));
}

TEST_F(ListsTest, PoolsShowHowFullTheyAre) {
  v1::Pool pool;
  pool.set_name("fast");
  pool.set_size_bytes(10 * kGiB);
  pool.set_free_bytes(4 * kGiB);
  pool.set_usable_bytes(10 * kGiB);
  pool.set_promised_bytes(9 * kGiB);
  pool.set_trash_bytes(kGiB);
  v1::Pool silent;
  silent.set_name("slow");
  silent.set_error("the agent of n2 does not answer");
  admin().pools = {pool, silent};
  const Outcome outcome = Ask({"pools"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("[######....]  60%"));
  EXPECT_THAT(outcome.out, HasSubstr("[#########.]  90%"));
  EXPECT_THAT(outcome.out, HasSubstr("no answer"));
  EXPECT_THAT(outcome.err, HasSubstr("slow: the agent of n2 does not answer"));
  EXPECT_THAT(Ask({"pools", "--output=json"}).out,
              HasSubstr("\"trash_bytes\": \"1073741824\""));
}

TEST_F(ListsTest, APoolIsForgottenOnlyWhenItsDataIsSaidToBeLost) {
  EXPECT_EQ(Ask({"pool", "forget", "abc"}).exit_code, 2);
  EXPECT_THAT(admin().changes(), IsEmpty());
  EXPECT_EQ(Ask({"pool", "forget", "abc", "--data-is-lost"}).exit_code, 0);
  EXPECT_THAT(admin().changes(), ElementsAre("ForgetPool abc"));
}

class TrashTest : public ListsTest {
 protected:
  TrashTest() {
    for (const char* key : {"k1", "k2", "k3"}) {
      v1::TrashedObject object;
      object.set_key(key);
      object.set_name(std::string("name-of-") + key);
      admin().trash.push_back(object);
    }
  }
};

TEST_F(TrashTest, IsListed) {
  const auto lines = Lines({"trash", "list"});
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[3], HasSubstr("name-of-k3"));
  EXPECT_THAT(Ask({"trash", "list", "--output=json"}).out,
              HasSubstr("\"key\": \"k3\""));
}

TEST_F(TrashTest, UndeletePrintsTheIds) {
  EXPECT_EQ(Ask({"trash", "undelete", "k1", "k3"}).out, "id-of-k1\nid-of-k3\n");
  const Outcome outcome = Ask({"trash", "undelete", "k1"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("k1: "));
}

TEST_F(TrashTest, PurgeWantsToBeSure) {
  EXPECT_EQ(Ask({"trash", "purge", "k1"}).exit_code, 2);
  EXPECT_EQ(Ask({"trash", "purge", "--all"}).exit_code, 2);
  EXPECT_EQ(Ask({"trash", "purge", "--yes"}).exit_code, 2);
  EXPECT_EQ(Ask({"trash", "purge", "k1", "--all", "--yes"}).exit_code, 2);
  EXPECT_THAT(admin().changes(), IsEmpty());
}

TEST_F(TrashTest, PurgeTakesKeysOrAll) {
  EXPECT_EQ(Ask({"trash", "purge", "k2", "--yes"}).exit_code, 0);
  EXPECT_THAT(admin().changes(), ElementsAre("Purge k2"));
  EXPECT_EQ(Ask({"trash", "purge", "k2", "--yes"}).exit_code, 1);
  EXPECT_EQ(Ask({"trash", "purge", "--all", "--yes"}).out, "2 purged\n");
  EXPECT_THAT(admin().changes(),
              ElementsAre("Purge k2", "Purge k1", "Purge k3"));
}

}  // namespace
}  // namespace holdfast::cli
