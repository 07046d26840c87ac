#include "tests/steps/machine_steps.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "absl/strings/match.h"
#include "backend/pool/pool_backend.h"
#include "backend/pool/pool_init.h"
#include "backend/pool/pool_upgrade.h"
#include "base/status.h"
#include "controller/router/forgotten_pools.h"
#include "controller/router/known_pools.h"

namespace holdfast::steps {
namespace {

using fakes::FakeKernel;

constexpr char kImage[] = "/images/a";
constexpr char kMountPoint[] = "/run/pools/a";
constexpr char kDevice[] = "/dev/loop0";
constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGiB = int64_t{1} << 30;

pool::PoolFiles PoolFilesOf(FakeKernel& k) {
  return {k.files(), k.data_files()};
}

pool::MediumParts MediumPartsOf(FakeKernel& k) {
  return {k.files(), k.data_files(), k.loops(), k.mounts()};
}

pool::InitParts InitPartsOf(FakeKernel& k) {
  return {MediumPartsOf(k), k.file_systems(), k.commands()};
}

// An answer of a repetition: it was done already.
absl::Status ExistsIsDone(const absl::Status& status) {
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

bool HasHeader(FakeKernel& k, const std::string& root) {
  return pool::ReadHeader(PoolFilesOf(k), pool::Layout(root)).ok();
}

void MakeImage(FakeKernel& k) {
  k.AddDisk("/images");
  const auto made =
      pool::InitImage(InitPartsOf(k), {.path = kImage, .size_bytes = kGiB});
  EXPECT_TRUE(made.ok()) << made.status();
}

// A device that is there again when the machine is: at kDevice.
void AttachDevice(FakeKernel& k) {
  const auto fd = k.files().Open("/images/disk", os::OpenMode::kReadWrite);
  ASSERT_TRUE(fd.ok()) << fd.status();
  if (!k.AttachedLoops().empty()) return;
  ASSERT_TRUE(k.loops().Configure(0, fd->get(), {}).ok());
}

void MakeDevice(FakeKernel& k) {
  k.AddDisk("/images");
  {
    const auto fd = k.files().Create("/images/disk");
    ASSERT_TRUE(k.data_files().Truncate(fd->get(), kGiB).ok());
    ASSERT_TRUE(k.data_files().Sync(fd->get()).ok());
  }
  ASSERT_TRUE(k.files().SyncDirectory("/images").ok());
  AttachDevice(k);
}

absl::StatusOr<std::string> OpenMedium(FakeKernel& k, const std::string& path) {
  return pool::OpenMedium(MediumPartsOf(k),
                          {.path = path, .mount_point = kMountPoint});
}

// By a daemon that starts, which leaves it open or not.
bool IsPoolOn(FakeKernel& k, const std::string& path) {
  const auto directory = OpenMedium(k, path);
  EXPECT_TRUE(directory.ok()) << directory.status();
  return directory.ok() && HasHeader(k, *directory);
}

// A person who is told to clear the device does so.
absl::Status InitDevice(FakeKernel& k) {
  const auto init = [&k] {
    return pool::InitDevice(InitPartsOf(k),
                            {.path = kDevice, .mount_point = "/run/init"})
        .status();
  };
  const absl::Status status = init();
  if (!absl::StrContains(status.message(), "wipefs")) return status;
  k.WipeSuperblock(kDevice);
  EXPECT_TRUE(k.Discard(kDevice, 0, kGiB));
  return init();
}

std::vector<MachineStep> NewPools() {
  return {
      {"InitDirectory", [](FakeKernel& k) { k.AddDisk("/new"); },
       [](FakeKernel& k) {
         return ExistsIsDone(
             pool::InitPool(PoolFilesOf(k), pool::Layout("/new")).status());
       },
       [](FakeKernel& k) { return HasHeader(k, "/new"); }},
      {"InitImage", [](FakeKernel& k) { k.AddDisk("/images"); },
       [](FakeKernel& k) {
         return ExistsIsDone(
             pool::InitImage(InitPartsOf(k),
                             {.path = kImage, .size_bytes = kGiB})
                 .status());
       },
       [](FakeKernel& k) { return IsPoolOn(k, kImage); }},
      {"InitDevice", MakeDevice, InitDevice,
       [](FakeKernel& k) { return IsPoolOn(k, kDevice); }, AttachDevice},
  };
}

MachineStep OpenImageStep(const std::string& name,
                          std::function<void(FakeKernel&)> prepare) {
  return {name,
          [prepare](FakeKernel& k) {
            MakeImage(k);
            prepare(k);
          },
          [](FakeKernel& k) { return OpenMedium(k, kImage).status(); },
          [](FakeKernel& k) { return IsPoolOn(k, kImage); }};
}

// Opens it and closes it again, as a daemon that starts and ends.
absl::StatusOr<std::unique_ptr<pool::PoolBackend>> OpenPool(
    FakeKernel& k, backend::VolumeFileSystem& file_systems) {
  return pool::PoolBackend::Open(
      {.files = k.files(),
       .data_files = k.data_files(),
       .loops = k.loops(),
       .commands = k.commands(),
       .volume_file_systems = file_systems,
       .clock = {.now = absl::Now, .sleep = [](absl::Duration) {}}},
      "/pool", {});
}

// A volume, a snapshot, a volume in the trash, one that is attached, and what a
// killed process left behind.
void MakeUsedPool(FakeKernel& k) {
  k.AddDisk("/pool");
  ASSERT_TRUE(pool::InitPool(PoolFilesOf(k), pool::Layout("/pool")).ok());
  backend::VolumeFileSystem file_systems(k.files(), k.mounts(),
                                         k.file_systems(), k.commands());
  const auto opened = OpenPool(k, file_systems);
  ASSERT_TRUE(opened.ok()) << opened.status();
  pool::PoolBackend& pool = **opened;
  Operation operation("test");
  std::vector<std::string> ids;
  for (const char* name : {"kept", "gone", "attached"}) {
    const auto made = pool.CreateVolume(
        {.name = name, .capacity = {.required_bytes = 64 * kMiB}}, operation);
    ASSERT_TRUE(made.ok()) << made.status();
    ids.push_back(made->id);
  }
  ASSERT_TRUE(
      pool.CreateSnapshot({.name = "s", .source_volume_id = ids[0]}, operation)
          .ok());
  ASSERT_TRUE(pool.DeleteVolume(ids[1], operation).ok());
  ASSERT_TRUE(
      pool.Attach(ids[2], backend::AttachMode::kReadWrite, operation).ok());
  ASSERT_TRUE(k.files().Create("/pool/incoming/left").ok());
}

absl::Status OpenUsedPool(FakeKernel& k) {
  backend::VolumeFileSystem file_systems(k.files(), k.mounts(),
                                         k.file_systems(), k.commands());
  const auto pool = OpenPool(k, file_systems);
  RETURN_IF_ERROR(pool.status());
  const auto volumes = (*pool)->ListVolumes({});
  RETURN_IF_ERROR(volumes.status());
  if (volumes->entries.size() == 2) return absl::OkStatus();
  return absl::DataLossError("a volume is lost, or one is back");
}

// As an init leaves it that was killed before its last calls.
void MakePoolWithUnsyncedHeader(FakeKernel& k) {
  k.AddDisk("/pool");
  const pool::Layout layout("/pool");
  ASSERT_TRUE(pool::InitPool(PoolFilesOf(k), layout).ok());
  const std::string aside = layout.IncomingFile("header");
  ASSERT_TRUE(k.files().Rename(layout.Header(), aside).ok());
  ASSERT_TRUE(k.files().SyncDirectory(layout.Incoming()).ok());
  ASSERT_TRUE(k.files().SyncDirectory(layout.root()).ok());
  ASSERT_TRUE(k.files().Rename(aside, layout.Header()).ok());
}

// After a power cut it may not be there: then it is made again.
absl::Status OpenEmptyPool(FakeKernel& k) {
  backend::VolumeFileSystem file_systems(k.files(), k.mounts(),
                                         k.file_systems(), k.commands());
  const absl::Status opened = OpenPool(k, file_systems).status();
  if (!absl::IsNotFound(opened)) return opened;
  RETURN_IF_ERROR(ExistsIsDone(
      pool::InitPool(PoolFilesOf(k), pool::Layout("/pool")).status()));
  return OpenPool(k, file_systems).status();
}

absl::Status OpenRenamedImage(FakeKernel& k) {
  const absl::Status opened = OpenMedium(k, "/images/b").status();
  if (!absl::IsNotFound(opened)) return opened;
  (void)k.files().Rename(kImage, "/images/b");
  return OpenMedium(k, "/images/b").status();
}

std::vector<MachineStep> Openings() {
  return {
      OpenImageStep("OpenImage", [](FakeKernel&) {}),
      OpenImageStep("OpenImageThatIsMounted",
                    [](FakeKernel& k) {
                      EXPECT_TRUE(OpenMedium(k, kImage).ok());
                      k.RestartProcess();
                    }),
      OpenImageStep("OpenImageThatIsAttached",
                    [](FakeKernel& k) {
                      EXPECT_TRUE(OpenMedium(k, kImage).ok());
                      EXPECT_TRUE(k.mounts().Unmount(kMountPoint).ok());
                      k.RestartProcess();
                    }),
      {"OpenDevice",
       [](FakeKernel& k) {
         MakeDevice(k);
         EXPECT_TRUE(InitDevice(k).ok());
       },
       [](FakeKernel& k) { return OpenMedium(k, kDevice).status(); },
       [](FakeKernel& k) { return IsPoolOn(k, kDevice); }, AttachDevice},
      {"OpenImageWhoseNameWasNotSynced",
       [](FakeKernel& k) {
         MakeImage(k);
         EXPECT_TRUE(k.files().Rename(kImage, "/images/b").ok());
       },
       OpenRenamedImage,
       [](FakeKernel& k) { return IsPoolOn(k, "/images/b"); }},
      {"OpenPoolWhoseHeaderWasNotSynced", MakePoolWithUnsyncedHeader,
       OpenEmptyPool, [](FakeKernel& k) { return HasHeader(k, "/pool"); }},
      {"OpenPoolWithAllInIt", MakeUsedPool, OpenUsedPool,
       [](FakeKernel& k) { return OpenUsedPool(k).ok(); }},
  };
}

// From format 1 to 3, each a directory more.
std::vector<pool::FormatStep> Formats() {
  std::vector<pool::FormatStep> steps;
  for (const uint32_t from : {1U, 2U}) {
    steps.push_back(
        {.from = from,
         .apply = [from](const pool::PoolFiles& os, const pool::Layout& l) {
           const absl::Status made = os.files.MakeDirectory(
               absl::StrCat(l.root(), "/format", from + 1));
           if (!made.ok() && !IsErrno(made, EEXIST)) return made;
           return os.files.SyncDirectory(l.root());
         }});
  }
  return steps;
}

MachineStep UpgradeStep() {
  return {
      "Upgrade",
      [](FakeKernel& k) {
        k.AddDisk("/pool");
        EXPECT_TRUE(pool::InitPool(PoolFilesOf(k), pool::Layout("/pool")).ok());
      },
      [](FakeKernel& k) {
        return pool::Upgrade(PoolFilesOf(k), pool::Layout("/pool"), Formats())
            .status();
      },
      [](FakeKernel& k) {
        const auto header = pool::ReadHeader(
            PoolFilesOf(k), pool::Layout("/pool"), {.newest = 9});
        return header.ok() && header->format_version == 3 &&
               k.files().Stat("/pool/format3").ok();
      }};
}

absl::Status Forget(FakeKernel& k) {
  auto homes = controller::ForgottenPools::Load(k.files(), "/state");
  RETURN_IF_ERROR(homes.status());
  return controller::ForgottenPools(k.files(), k.data_files(), "/state", *homes)
      .Add("home");
}

bool IsForgotten(FakeKernel& k) {
  const auto homes = controller::ForgottenPools::Load(k.files(), "/state");
  return homes.ok() && homes->count("home") == 1;
}

controller::KnownPool KnownAt(const std::string& agent) {
  return {.announcement = {.name = "default", .home = "home"}, .agent = agent};
}

absl::Status Know(FakeKernel& k, const std::string& agent) {
  auto pools = controller::KnownPools::Load(k.files(), "/state", "topology");
  RETURN_IF_ERROR(pools.status());
  return controller::KnownPools(k.files(), k.data_files(), "/state", *pools)
      .Add("home", KnownAt(agent));
}

bool IsKnownAt(FakeKernel& k, const std::string& agent) {
  const auto pools =
      controller::KnownPools::Load(k.files(), "/state", "topology");
  return pools.ok() && pools->count("home") == 1 &&
         pools->at("home") == KnownAt(agent);
}

std::vector<MachineStep> StateOfTheController() {
  // On any file system, so on the one that promises least.
  const auto empty = [](FakeKernel& k) {
    k.AddDisk("/state", {.fs_type = "ext2"});
  };
  return {
      {"ForgetPool", empty, Forget, IsForgotten},
      {"KnowPool", empty, [](FakeKernel& k) { return Know(k, "a"); },
       [](FakeKernel& k) { return IsKnownAt(k, "a"); }},
      {"KnowPoolAtAnotherAgent",
       [empty](FakeKernel& k) {
         empty(k);
         EXPECT_TRUE(Know(k, "a").ok());
       },
       [](FakeKernel& k) { return Know(k, "b"); },
       [](FakeKernel& k) { return IsKnownAt(k, "b"); }},
  };
}

}  // namespace

std::vector<MachineStep> MachineSteps() {
  std::vector<MachineStep> all{UpgradeStep()};
  for (const auto& group : {NewPools(), Openings(), StateOfTheController()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace holdfast::steps
