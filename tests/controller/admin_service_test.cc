// What the Admin service changes: undelete, purge, pristine volumes.

#include "controller/admin_service.h"

#include <gmock/gmock.h>

#include <string>

#include "backend/forwarding_backend.h"
#include "tests/controller/admin_world.h"

namespace holdfast::controller {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

using AdminServiceTest = AdminWorld;

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
