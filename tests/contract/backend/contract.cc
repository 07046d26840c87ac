#include "tests/contract/backend/contract.h"

#include <cstdlib>

#include "backend/fs_traits.h"

namespace holdfast::backend {
namespace {

bool IsCi() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  EXPECT_THAT(value, IsOk());
  return value.ok() ? *std::move(value) : T{};
}

}  // namespace

absl::Status StatusOf(const absl::Status& status) { return status; }

void BackendContract::SetUp() {
  world_ = GetParam()();
  const std::string why = world_->Unavailable();
  if (why.empty()) return;
  if (IsCi()) FAIL() << why;
  GTEST_SKIP() << why;
}

void BackendContract::TearDown() { world_.reset(); }

VolumeSpec BackendContract::Spec(const std::string& name, AccessType type) {
  return {.name = name,
          .capacity = {.required_bytes = kVolumeBytes},
          .access_type = type};
}

VolumeSpec BackendContract::From(ContentSource::Kind kind,
                                 const std::string& id,
                                 const std::string& name) {
  const Format format = kind == ContentSource::Kind::kVolume
                            ? Value(backend().GetVolume(id)).format
                            : Value(backend().GetSnapshot(id)).format;
  VolumeSpec spec{.name = name, .access_type = format.access_type};
  spec.source = {kind, id};
  return spec;
}

Volume BackendContract::Create(const VolumeSpec& spec) {
  return Value(backend().CreateVolume(spec, operation_));
}

Volume BackendContract::CreateBlock(const std::string& name) {
  return Create(Spec(name, AccessType::kBlock));
}

Volume BackendContract::CreateMount(const std::string& name) {
  return Create(Spec(name, AccessType::kMount));
}

Snapshot BackendContract::Cut(const std::string& volume_id,
                              const std::string& name) {
  return Value(backend().CreateSnapshot(
      {.name = name, .source_volume_id = volume_id}, operation_));
}

std::string BackendContract::Attach(const std::string& id, AttachMode mode) {
  return Value(backend().Attach(id, mode, operation_)).device_path;
}

void BackendContract::Detach(const std::string& id, AttachMode mode) {
  EXPECT_THAT(backend().Detach(id, mode, operation_), IsOk());
}

void BackendContract::Mount(const std::string& device,
                            const std::string& fs_type) {
  const UniqueFd mount = Value(world_->mounts().MountDevice(
      {.device = device,
       .fs_type = fs_type,
       .options = WithFixedMountOptions(fs_type, {})}));
  ASSERT_THAT(world_->mounts().Attach(mount.get(), world_->mount_point()),
              IsOk());
}

void BackendContract::Unmount() {
  EXPECT_THAT(world_->mounts().Unmount(world_->mount_point()), IsOk());
}

std::string BackendContract::Content(const std::string& id, size_t length) {
  std::string content = world_->Read(Attach(id), length);
  Detach(id);
  return content;
}

}  // namespace holdfast::backend
