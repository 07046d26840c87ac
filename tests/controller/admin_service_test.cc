#include "controller/admin_service.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "backend/forwarding_backend.h"
#include "controller/convert_admin.h"
#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class AdminServiceTest : public testing::Test {
 protected:
  template <typename Request, typename Response>
  std::pair<grpc::Status, Response> Call(
      grpc::Status (AdminService::*method)(grpc::ServerContext*, const Request*,
                                           Response*),
      const std::string& text = "") {
    const auto request = FromText<Request>(text);
    grpc::ServerContext context;
    std::pair<grpc::Status, Response> answer;
    answer.first = (admin_.*method)(&context, &request, &answer.second);
    return answer;
  }

  v1::ListVolumesResponse Volumes(const std::string& request = "") {
    const auto [status, response] = Call(&AdminService::ListVolumes, request);
    ExpectCode(status, grpc::OK);
    return response;
  }
  v1::ListTrashResponse Trash(const std::string& request = "") {
    const auto [status, response] = Call(&AdminService::ListTrash, request);
    ExpectCode(status, grpc::OK);
    return response;
  }

  void DeleteVolume(const std::string& id) {
    ExpectCode(
        pool_.Call(&ControllerService::DeleteVolume, "volume_id: '" + id + "'")
            .first,
        grpc::OK);
  }
  void Attach(const std::string& id, backend::AttachMode mode) {
    Operation operation("test");
    const auto held = pool_.locks().TryLock(id, operation);
    ASSERT_TRUE(pool_.backend().Attach(id, mode, operation).ok());
  }
  // Deletes a new volume and answers its key.
  std::string MakeTrash(const std::string& name) {
    const std::string id = pool_.MakeVolume(name);
    DeleteVolume(id);
    const auto trash = Trash();
    for (const auto& object : trash.objects()) {
      if (object.id() == id) return object.key();
    }
    ADD_FAILURE() << name << " is not in the trash";
    return "";
  }
  static std::string Key(const std::string& key) {
    return "key: '" + key + "'";
  }
  static std::string OtherPoolsId() {
    return MakeId('p', HomeOf("another pool"), IdKind::kVolume, "a");
  }

  PoolService pool_;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  backend::IdempotentBackend idempotent_{pool_.backend()};
  AdminService admin_{PoolAccess{idempotent_, pool_.locks(), pool_.node()},
                      calls_};
};

TEST_F(AdminServiceTest, PoolsAreListedWithTheirNumbers) {
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

TEST_F(AdminServiceTest, APoolThatCannotBeAskedIsListedWithItsError) {
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

TEST_F(AdminServiceTest, VolumesAreListedWithWhatCsiDoesNotTell) {
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

TEST_F(AdminServiceTest, BothDevicesOfAVolumeAreListed) {
  const std::string id = pool_.MakeVolume("a");
  Attach(id, backend::AttachMode::kReadWrite);
  Attach(id, backend::AttachMode::kReadOnly);
  const auto response = Volumes();
  ASSERT_EQ(response.volumes_size(), 1);
  ASSERT_EQ(response.volumes(0).attachments_size(), 2);
  EXPECT_NE(response.volumes(0).attachments(0).read_only(),
            response.volumes(0).attachments(1).read_only());
}

TEST_F(AdminServiceTest, SnapshotsAreListed) {
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

TEST_F(AdminServiceTest, TrashIsListedWithWhenItGoes) {
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

TEST_F(AdminServiceTest, PagesTogetherAreTheWholeList) {
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

TEST_F(AdminServiceTest, APageHasAThousandEntriesAtMost) {
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

TEST_F(AdminServiceTest, ABadTokenIsAborted) {
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

TEST_F(AdminServiceTest, ATokenOfAnotherPoolIsUnavailable) {
  const std::string id = OtherPoolsId();
  ExpectCode(
      Call(&AdminService::ListVolumes, "starting_token: '" + id + "'").first,
      grpc::UNAVAILABLE);
  ExpectCode(
      Call(&AdminService::ListTrash, "starting_token: '" + id + ".1'").first,
      grpc::UNAVAILABLE);
}

TEST_F(AdminServiceTest, UndeleteBringsTheVolumeBack) {
  const std::string key = MakeTrash("a");
  const auto [status, response] = Call(&AdminService::Undelete, Key(key));
  ExpectCode(status, grpc::OK);
  ASSERT_EQ(Volumes().volumes_size(), 1);
  EXPECT_EQ(response.id(), Volumes().volumes(0).id());
  EXPECT_THAT(Trash().objects(), IsEmpty());
}

TEST_F(AdminServiceTest, UndeleteSaysWhyNot) {
  const std::string key = MakeTrash("a");
  pool_.MakeVolume("a");
  ExpectCode(Call(&AdminService::Undelete, Key(key)).first,
             grpc::ALREADY_EXISTS);
  ExpectCode(Call(&AdminService::Undelete, Key("x")).first, grpc::NOT_FOUND);
  ExpectCode(Call(&AdminService::Undelete).first, grpc::INVALID_ARGUMENT,
             "key");
  ExpectCode(Call(&AdminService::Undelete, Key(OtherPoolsId() + ".1")).first,
             grpc::UNAVAILABLE);
}

TEST_F(AdminServiceTest, UndeleteAndPurgeWaitForNobodyWhoHasTheObject) {
  const std::string key = MakeTrash("a");
  Operation other("CreateVolume");
  const auto held = pool_.locks().TryLock(key.substr(0, key.find('.')), other);
  ExpectCode(Call(&AdminService::Undelete, Key(key)).first, grpc::ABORTED,
             "CreateVolume");
  ExpectCode(Call(&AdminService::Purge, Key(key)).first, grpc::ABORTED,
             "CreateVolume");
}

TEST_F(AdminServiceTest, PurgeIsForGood) {
  const std::string key = MakeTrash("a");
  ExpectCode(Call(&AdminService::Purge, Key(key)).first, grpc::OK);
  EXPECT_THAT(Trash().objects(), IsEmpty());
  ExpectCode(Call(&AdminService::Purge, Key(key)).first, grpc::NOT_FOUND);
  ExpectCode(Call(&AdminService::Purge).first, grpc::INVALID_ARGUMENT, "key");
  ExpectCode(Call(&AdminService::Purge, Key(OtherPoolsId() + ".1")).first,
             grpc::UNAVAILABLE);
}

TEST_F(AdminServiceTest, PristineVolumeGoesToTheTrash) {
  const std::string id = pool_.MakeVolume("a");
  const std::string request = "volume_id: '" + id + "'";
  ExpectCode(Call(&AdminService::DeletePristineVolume, request).first,
             grpc::OK);
  EXPECT_THAT(Volumes().volumes(), IsEmpty());
  EXPECT_THAT(Trash().objects(), SizeIs(1));
  // The answer may have been lost.
  ExpectCode(Call(&AdminService::DeletePristineVolume, request).first,
             grpc::OK);
}

TEST_F(AdminServiceTest, AttachedVolumeIsNotPristine) {
  for (const auto mode :
       {backend::AttachMode::kReadWrite, backend::AttachMode::kReadOnly}) {
    const std::string id =
        pool_.MakeVolume(std::to_string(static_cast<int>(mode)));
    Attach(id, mode);
    ExpectCode(
        Call(&AdminService::DeletePristineVolume, "volume_id: '" + id + "'")
            .first,
        grpc::FAILED_PRECONDITION, "/dev/fake");
  }
  EXPECT_THAT(Volumes().volumes(), SizeIs(2));
}

// Whose volumes were all written to.
class WrittenTo final : public backend::ForwardingBackend {
 public:
  explicit WrittenTo(backend::Backend& backend) : backend_(backend) {}
  absl::StatusOr<backend::Volume> GetVolume(const std::string& id) override {
    auto volume = backend_.GetVolume(id);
    if (volume.ok()) volume->modified_at += absl::Nanoseconds(1);
    return volume;
  }

 private:
  absl::StatusOr<backend::Backend*> Route(const std::string&) const override {
    return &backend_;
  }
  backend::Backend& backend_;
};

TEST_F(AdminServiceTest, WrittenVolumeIsNotPristine) {
  const std::string id = pool_.MakeVolume("a");
  WrittenTo written(idempotent_);
  const Admin admin({written, pool_.locks(), pool_.node()});
  Operation operation("test");
  EXPECT_EQ(admin.DeletePristine(id, operation).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Volumes().volumes(), SizeIs(1));
}

TEST_F(AdminServiceTest, PristineDeletionIsRefusedWhereItCannotBeMeant) {
  ExpectCode(Call(&AdminService::DeletePristineVolume).first,
             grpc::INVALID_ARGUMENT, "volume_id");
  ExpectCode(Call(&AdminService::DeletePristineVolume,
                  "volume_id: '" + OtherPoolsId() + "'")
                 .first,
             grpc::UNAVAILABLE);
}

TEST_F(AdminServiceTest, ForgettingPoolsIsTheControllers) {
  ExpectCode(
      Call(&AdminService::ForgetPool, "pool: 'x' data_is_lost: true").first,
      grpc::UNIMPLEMENTED, "controller");
}

}  // namespace
}  // namespace holdfast::controller
