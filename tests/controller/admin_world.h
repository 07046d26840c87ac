// An Admin service on a pool in memory, as tests of it want it.

#ifndef HOLDFAST_TESTS_CONTROLLER_ADMIN_WORLD_H_
#define HOLDFAST_TESTS_CONTROLLER_ADMIN_WORLD_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "backend/idempotent_backend.h"
#include "controller/admin_service.h"
#include "tests/controller/pool_service.h"

namespace holdfast::controller {

// Fixture. Volumes and snapshots are made through the CSI services.
class AdminWorld : public testing::Test {
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

}  // namespace holdfast::controller

#endif  // HOLDFAST_TESTS_CONTROLLER_ADMIN_WORLD_H_
