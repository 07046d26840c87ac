// The suite that every backend passes, over fakes and over the real thing.

#ifndef HOLDFAST_TESTS_CONTRACT_BACKEND_CONTRACT_H_
#define HOLDFAST_TESTS_CONTRACT_BACKEND_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "backend/idempotent_backend.h"
#include "base/operation.h"
#include "tests/contract/backend/world.h"

namespace holdfast::backend {

inline constexpr int64_t kMiB = int64_t{1} << 20;
inline constexpr int64_t kVolumeBytes = 32 * kMiB;

absl::Status StatusOf(const absl::Status& status);
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}
MATCHER(IsOk, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).ok();
}
MATCHER_P(HasCode, code, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

class BackendContract : public ::testing::TestWithParam<WorldFactory> {
 protected:
  void SetUp() override;
  void TearDown() override;

  Backend& backend() { return world_->backend(); }

  static VolumeSpec Spec(const std::string& name, AccessType type);
  VolumeSpec From(ContentSource::Kind kind, const std::string& id,
                  const std::string& name);

  // Must succeed; answer a default if they do not.
  Volume Create(const VolumeSpec& spec);
  Volume CreateBlock(const std::string& name);
  Volume CreateMount(const std::string& name);
  Snapshot Cut(const std::string& volume_id, const std::string& name);
  std::string Attach(const std::string& id,
                     AttachMode mode = AttachMode::kReadWrite);
  void Detach(const std::string& id, AttachMode mode = AttachMode::kReadWrite);
  // At the world's mount point.
  void Mount(const std::string& device, const std::string& fs_type = "ext4");
  void Unmount();
  // What is at the beginning of a volume that is not attached.
  std::string Content(const std::string& id, size_t length);

  std::unique_ptr<World> world_;
  Operation operation_{"Test"};
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_TESTS_CONTRACT_BACKEND_CONTRACT_H_
