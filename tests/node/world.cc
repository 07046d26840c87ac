#include "tests/node/world.h"

#include "backend/pool/layout.h"
#include "backend/pool/pool_file.h"

namespace holdfast::node {
namespace {

using backend::AccessType;
using backend::AttachMode;

}  // namespace

World::World()
    : file_systems_(kernel_.files(), kernel_.mounts(), kernel_.file_systems(),
                    kernel_.commands()) {
  kernel_.AddDisk(kPoolPath);
  for (const char* path : {kStaging, "/kubelet/pods/a", "/kubelet/pods/b"}) {
    kernel_.MakeDirectories(path);
  }
  const pool::PoolFiles os{kernel_.files(), kernel_.data_files()};
  EXPECT_TRUE(pool::InitPool(os, pool::Layout(kPoolPath)).ok());
  Open();
}

World::~World() {
  EXPECT_EQ(kernel_.violations(), std::vector<std::string>{});
  EXPECT_EQ(kernel_.DetachedMounts(), 0);
}

void World::Open() {
  auto pool = pool::PoolBackend::Open(
      {.files = kernel_.files(),
       .data_files = kernel_.data_files(),
       .loops = kernel_.loops(),
       .commands = kernel_.commands(),
       .volume_file_systems = file_systems_,
       .clock = {.now = absl::Now, .sleep = [](absl::Duration) {}}},
      kPoolPath, {});
  ASSERT_TRUE(pool.ok()) << pool.status();
  pool_ = *std::move(pool);
  staging_paths_ = std::make_unique<StagingPaths>();
}

void World::RestartDaemon() {
  kernel_.RestartProcess();
  pool_.reset();
  Open();
}

void World::PowerCut() {
  kernel_.PowerCut();
  pool_.reset();
  Open();
}

Parts World::parts() {
  return {*pool_,           file_systems_, kernel_.files(),
          kernel_.mounts(), locks_,        kernel_.data_files()};
}

std::string World::MakeVolume(AccessType type, const std::string& name,
                              int64_t size_bytes) {
  const auto volume =
      pool_->CreateVolume({.name = name,
                           .capacity = {.required_bytes = size_bytes},
                           .access_type = type},
                          operation_);
  EXPECT_TRUE(volume.ok()) << volume.status();
  return volume.ok() ? volume->id : "";
}

StageSpec World::StageOf(const std::string& id, AccessType type) {
  return {.volume_id = id,
          .staging_path = kStaging,
          .capability = {
              .access_type = type,
              .access_mode = backend::AccessMode::kSingleNodeMultiWriter}};
}

PublishSpec World::PublishOf(const std::string& id, AccessType type,
                             const std::string& target) {
  return {.volume_id = id,
          .staging_path = kStaging,
          .target_path = target,
          .capability = StageOf(id, type).capability};
}

absl::Status World::Stage(const StageSpec& spec) {
  Operation operation("NodeStageVolume");
  return Staging(parts(), staging_paths()).Stage(spec, operation);
}

absl::Status World::Unstage(const std::string& id, const std::string& path) {
  Operation operation("NodeUnstageVolume");
  return Staging(parts(), staging_paths()).Unstage({id, path}, operation);
}

absl::Status World::Publish(const PublishSpec& spec) {
  Operation operation("NodePublishVolume");
  return node::Publish(parts(), kNodeId).Run(spec, operation);
}

absl::Status World::Unpublish(const std::string& id, const std::string& path) {
  Operation operation("NodeUnpublishVolume");
  return node::Unpublish(parts()).Run({id, path}, operation);
}

absl::Status World::Delete(const std::string& id) {
  Operation operation("DeleteVolume");
  const auto held = locks_.TryLock(id, operation);
  EXPECT_TRUE(held.ok()) << held.status();
  return HealingBackend(parts(), staging_paths()).DeleteVolume(id, operation);
}

absl::StatusOr<int64_t> World::Expand(const ExpandSpec& spec) {
  Operation operation("NodeExpandVolume");
  return node::Expand(parts()).Run(spec, operation);
}

absl::StatusOr<Stats> World::ReadStats(const std::string& id,
                                       const std::string& path) {
  Operation operation("NodeGetVolumeStats");
  StatsReader reader(parts(), absl::Seconds(30));
  return reader.Read({id, path}, operation);
}

absl::StatusOr<int64_t> World::ExpandVolume(const std::string& id,
                                            int64_t size_bytes) {
  return pool_->ExpandVolume(id, {.required_bytes = size_bytes}, operation_);
}

std::string World::Published(AccessType type) {
  const std::string id = MakeVolume(type);
  EXPECT_TRUE(Stage(StageOf(id, type)).ok());
  const absl::Status published = Publish(PublishOf(id, type));
  EXPECT_TRUE(published.ok()) << published;
  return id;
}

int64_t World::FileSystemBytes(const std::string& id) {
  const auto superblock =
      kernel_.file_systems().Probe(pool::Layout(kPoolPath).Volume(id));
  EXPECT_TRUE(superblock.ok()) << superblock.status();
  return superblock.ok() ? superblock->size_bytes : 0;
}

std::string World::Device(const std::string& id, AttachMode mode) {
  const auto found = pool_->FindAttachment(id, mode);
  return found.ok() && *found ? (*found)->device_path : "";
}

bool World::Exists(const std::string& path) {
  return kernel_.files().Stat(path).ok();
}

bool World::MountedReadOnly(const std::string& path) {
  const auto usage = kernel_.files().StatFileSystem(path);
  EXPECT_TRUE(usage.ok()) << usage.status();
  return usage.ok() && usage->read_only;
}

}  // namespace holdfast::node
