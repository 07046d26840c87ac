#include "tests/backend/pool/pool_fixture.h"

#include "absl/strings/match.h"
#include "base/status.h"

namespace holdfast::pool {

PoolFixture::PoolFixture() {
  kernel.AddDisk("/pool");
  kernel.MakeDirectories("/mnt");
  const auto header = InitPool({kernel.files(), kernel.data_files()}, layout);
  EXPECT_TRUE(header.ok()) << header.status();
  Reopen();
}

PoolFixture::~PoolFixture() {
  pool.reset();
  EXPECT_THAT(kernel.violations(), ::testing::SizeIs(expected_violations));
  EXPECT_EQ(kernel.OpenFds(), 0);
}

PoolEnvironment PoolFixture::Environment() {
  return {.files = kernel.files(),
          .data_files = kernel.data_files(),
          .loops = kernel.loops(),
          .commands = kernel.commands(),
          .volume_file_systems = volume_file_systems,
          .clock = {.now = [this] { return absl::Now() + ahead; },
                    .sleep = [this](absl::Duration d) { waited += d; }}};
}

absl::StatusOr<std::unique_ptr<PoolBackend>> PoolFixture::TryOpen() {
  return PoolBackend::Open(Environment(), layout.root(), options);
}

void PoolFixture::Reopen() {
  pool.reset();
  auto opened = TryOpen();
  ASSERT_TRUE(opened.ok()) << opened.status();
  pool = *std::move(opened);
}

void PoolFixture::KillAndReopen() {
  kernel.RestartProcess();
  Reopen();
}

void PoolFixture::CutPowerAndReopen() {
  kernel.PowerCut();
  Reopen();
}

backend::VolumeSpec PoolFixture::Spec(const std::string& name) const {
  return {.name = name, .capacity = {.required_bytes = 64 * kMiB}};
}

backend::VolumeSpec PoolFixture::BlockSpec(const std::string& name) const {
  backend::VolumeSpec spec = Spec(name);
  spec.access_type = backend::AccessType::kBlock;
  return spec;
}

backend::SnapshotSpec PoolFixture::SnapshotOf(const std::string& volume_id,
                                              const std::string& name) const {
  return {.name = name, .source_volume_id = volume_id};
}

backend::Volume PoolFixture::Create(const backend::VolumeSpec& spec) {
  auto volume = pool->CreateVolume(spec, operation);
  EXPECT_TRUE(volume.ok()) << volume.status();
  return volume.ok() ? *volume : backend::Volume{};
}

backend::Snapshot PoolFixture::Cut(const std::string& volume_id,
                                   const std::string& name) {
  auto snapshot = pool->CreateSnapshot(SnapshotOf(volume_id, name), operation);
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  return snapshot.ok() ? *snapshot : backend::Snapshot{};
}

backend::Attachment PoolFixture::Attach(const std::string& id) {
  auto attachment =
      pool->Attach(id, backend::AttachMode::kReadWrite, operation);
  EXPECT_TRUE(attachment.ok()) << attachment.status();
  return attachment.ok() ? *attachment : backend::Attachment{};
}

void PoolFixture::Mount(const backend::Attachment& attachment) {
  const auto mount = kernel.mounts().MountDevice(
      {.device = attachment.device_path, .fs_type = "ext4"});
  ASSERT_TRUE(mount.ok()) << mount.status();
  ASSERT_TRUE(kernel.mounts().Attach(mount->get(), "/mnt").ok());
}

std::vector<std::string> PoolFixture::Objects() {
  std::vector<std::string> objects;
  for (const std::string& directory : layout.Directories()) {
    if (directory == layout.Templates()) continue;
    for (std::string& path : kernel.PathsUnder(directory)) {
      objects.push_back(std::move(path));
    }
  }
  return objects;
}

int64_t PoolFixture::CountedAnew() {
  pool.reset();
  Reopen();
  return Promised();
}

}  // namespace holdfast::pool
