// What the Admin service shows: pools, volumes, snapshots, trash.

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "controller/convert_admin.h"
#include "tests/controller/admin_world.h"

namespace holdfast::controller {
namespace {

using AdminListsTest = AdminWorld;

TEST_F(AdminListsTest, PoolsAreListedWithTheirNumbers) {
  pool_.MakeVolume("a", 4 * kMiB);
  const auto [status, response] = Call(&AdminService::ListPools);
  ExpectCode(status, grpc::OK);
  ASSERT_EQ(response.pools_size(), 1);
  const v1::Pool& pool = response.pools(0);
  const auto state = pool_.backend().GetPool(pool_.backend().home());
  EXPECT_EQ(pool.name(), "default");
  EXPECT_EQ(pool.home(), pool_.backend().home());
  EXPECT_EQ(pool.uuid(), state->uuid);
  EXPECT_EQ(pool.place(), state->place);
  EXPECT_EQ(pool.node_id(), "node-1");
  EXPECT_EQ(pool.size_bytes(), state->size_bytes);
  EXPECT_EQ(pool.free_bytes(), state->free_bytes);
  EXPECT_EQ(pool.usable_bytes(), state->usable_bytes);
  EXPECT_EQ(pool.promised_bytes(), 4 * kMiB);
  EXPECT_EQ(pool.trash_bytes(), 0);
  EXPECT_EQ(pool.available_bytes(), state->available_bytes);
  EXPECT_EQ(pool.error(), "");
}

TEST_F(AdminListsTest, APoolThatCannotBeAskedIsListedWithItsError) {
  pool_.backend().OnCall([](absl::string_view verb) {
    return verb == "GetPool" ? absl::UnavailableError("the disk is gone")
                             : absl::OkStatus();
  });
  const auto [status, response] = Call(&AdminService::ListPools);
  ExpectCode(status, grpc::OK);
  ASSERT_EQ(response.pools_size(), 1);
  EXPECT_EQ(response.pools(0).error(), "the disk is gone");
  EXPECT_EQ(response.pools(0).home(), pool_.backend().home());
  EXPECT_EQ(response.pools(0).node_id(), "node-1");
}

TEST_F(AdminListsTest, VolumesAreListedWithWhatCsiDoesNotTell) {
  const std::string source = pool_.MakeVolume("source");
  const auto [made, csi] = pool_.Call(
      &ControllerService::CreateVolume,
      PoolService::VolumeText("a", 8 * kMiB) +
          "parameters { key: 'tier' value: 'fast' }"
          "parameters { key: 'csi.storage.k8s.io/pvc/namespace' value: 'shop' }"
          "parameters { key: 'csi.storage.k8s.io/pvc/name' value: 'db' }"
          "parameters { key: 'csi.storage.k8s.io/pv/name' value: 'pvc-1' }"
          "volume_content_source { volume { volume_id: '" +
          source + "' } }");
  ExpectCode(made, grpc::OK);
  const std::string id = csi.volume().volume_id();
  Attach(id, backend::AttachMode::kReadOnly);
  const auto listed = Volumes();
  for (const v1::Volume& volume : listed.volumes()) {
    if (volume.id() != id) continue;
    EXPECT_EQ(volume.name(), "a");
    EXPECT_EQ(volume.pool(), "default");
    EXPECT_EQ(volume.node_id(), "node-1");
    EXPECT_EQ(volume.size_bytes(), 8 * kMiB);
    EXPECT_EQ(volume.allocated_bytes(), 4 * kMiB);
    EXPECT_EQ(volume.access_type(), v1::ACCESS_TYPE_MOUNT);
    EXPECT_EQ(volume.fs_type(), "ext4");
    EXPECT_EQ(volume.logical_block_bytes(), 4096u);
    EXPECT_EQ(volume.source().volume_id(), source);
    EXPECT_EQ(volume.parameters().at("tier"), "fast");
    EXPECT_EQ(volume.claim_namespace(), "shop");
    EXPECT_EQ(volume.claim_name(), "db");
    EXPECT_EQ(volume.persistent_volume_name(), "pvc-1");
    EXPECT_GT(volume.created_at().seconds(), 0);
    EXPECT_EQ(volume.created_at().nanos(), volume.modified_at().nanos());
    ASSERT_EQ(volume.attachments_size(), 1);
    EXPECT_EQ(volume.attachments(0).device(), "/dev/fake");
    EXPECT_TRUE(volume.attachments(0).read_only());
    return;
  }
  ADD_FAILURE() << id << " is not listed";
}

TEST_F(AdminListsTest, BothDevicesOfAVolumeAreListed) {
  const std::string id = pool_.MakeVolume("a");
  Attach(id, backend::AttachMode::kReadWrite);
  Attach(id, backend::AttachMode::kReadOnly);
  const auto response = Volumes();
  ASSERT_EQ(response.volumes_size(), 1);
  ASSERT_EQ(response.volumes(0).attachments_size(), 2);
  EXPECT_NE(response.volumes(0).attachments(0).read_only(),
            response.volumes(0).attachments(1).read_only());
}

TEST_F(AdminListsTest, SnapshotsAreListed) {
  const std::string volume = pool_.MakeVolume("a");
  const std::string id = pool_.MakeSnapshot("s", volume);
  const auto [status, response] = Call(&AdminService::ListSnapshots);
  ExpectCode(status, grpc::OK);
  ASSERT_EQ(response.snapshots_size(), 1);
  const v1::Snapshot& snapshot = response.snapshots(0);
  EXPECT_EQ(snapshot.id(), id);
  EXPECT_EQ(snapshot.name(), "s");
  EXPECT_EQ(snapshot.pool(), "default");
  EXPECT_EQ(snapshot.node_id(), "node-1");
  EXPECT_EQ(snapshot.source_volume_id(), volume);
  EXPECT_EQ(snapshot.size_bytes(), 4 * kMiB);
  EXPECT_EQ(snapshot.access_type(), v1::ACCESS_TYPE_MOUNT);
  EXPECT_EQ(snapshot.fs_type(), "ext4");
  EXPECT_GT(snapshot.created_at().seconds(), 0);
}

TEST_F(AdminListsTest, TrashIsListedWithWhenItGoes) {
  const std::string key = MakeTrash("a");
  const auto response = Trash();
  ASSERT_EQ(response.objects_size(), 1);
  const v1::TrashedObject& object = response.objects(0);
  EXPECT_EQ(object.key(), key);
  EXPECT_EQ(object.name(), "a");
  EXPECT_EQ(object.pool(), "default");
  EXPECT_EQ(object.node_id(), "node-1");
  EXPECT_EQ(object.size_bytes(), 4 * kMiB);
  EXPECT_EQ(object.purge_at().seconds() - object.deleted_at().seconds(),
            24 * 60 * 60);
}

TEST_F(AdminListsTest, PagesTogetherAreTheWholeList) {
  std::set<std::string> all;
  for (int i = 0; i < 5; ++i) all.insert(MakeTrash(std::to_string(i)));
  std::set<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    const auto page = Trash("max_entries: 2 starting_token: '" + token + "'");
    for (const auto& object : page.objects()) seen.insert(object.key());
    token = page.next_token();
  } while (!token.empty() && ++pages < 5);
  EXPECT_EQ(seen, all);
  EXPECT_EQ(pages, 2);
}

TEST_F(AdminListsTest, APageHasAThousandEntriesAtMost) {
  for (int i = 0; i <= kMostAdminEntries; ++i) {
    pool_.MakeVolume(std::to_string(i));
  }
  for (const char* request : {"", "max_entries: 5000"}) {
    const auto first = Volumes(request);
    EXPECT_EQ(first.volumes_size(), kMostAdminEntries);
    const auto rest = Volumes("starting_token: '" + first.next_token() + "'");
    EXPECT_EQ(rest.volumes_size(), 1);
    EXPECT_EQ(rest.next_token(), "");
  }
}

TEST_F(AdminListsTest, ABadTokenIsAborted) {
  ExpectCode(Call(&AdminService::ListVolumes, "starting_token: 'x'").first,
             grpc::ABORTED);
  ExpectCode(Call(&AdminService::ListSnapshots, "starting_token: 'x'").first,
             grpc::ABORTED);
  for (const char* token : {"x", "x.1", "."}) {
    ExpectCode(Call(&AdminService::ListTrash,
                    "starting_token: '" + std::string(token) + "'")
                   .first,
               grpc::ABORTED);
  }
  ExpectCode(Call(&AdminService::ListTrash, "max_entries: -1").first,
             grpc::INVALID_ARGUMENT, "max_entries");
}

TEST_F(AdminListsTest, ATokenOfAnotherPoolIsUnavailable) {
  const std::string id = OtherPoolsId();
  ExpectCode(
      Call(&AdminService::ListVolumes, "starting_token: '" + id + "'").first,
      grpc::UNAVAILABLE);
  ExpectCode(
      Call(&AdminService::ListTrash, "starting_token: '" + id + ".1'").first,
      grpc::UNAVAILABLE);
}

}  // namespace
}  // namespace holdfast::controller
