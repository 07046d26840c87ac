#include "tests/cli/doctor/fixture.h"

#include <cerrno>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/status.h"

namespace holdfast::cli::doctor {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;
constexpr int64_t kVolumeBytes = int64_t{64} << 20;
constexpr char kMount[] =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";

std::string Home() { return HomeOf("the uuid of the pool"); }

void Must(const absl::Status& status) { ASSERT_EQ(status, absl::OkStatus()); }

template <typename T>
T Must(absl::StatusOr<T> value) {
  EXPECT_EQ(value.status(), absl::OkStatus());
  return *std::move(value);
}

std::string DirectoryOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

DoctorTest::DoctorTest() {
  admin_.pools = std::vector<PoolFacts>{{.name = "main",
                                         .home = Home(),
                                         .place = "/pool",
                                         .size_bytes = 100 * kGiB,
                                         .free_bytes = 90 * kGiB,
                                         .usable_bytes = 97 * kGiB,
                                         .promised_bytes = 10 * kGiB}};
  admin_.volumes = std::vector<std::string>();
  settings_.daemons = {
      {"the node daemon", kNodeEndpoint, kNodeSocket, Presence::kHere},
      {"the controller", absl::StrCat("unix://", kControllerSocket),
       kControllerSocket, Presence::kElsewhere}};
  for (const Daemon& daemon : settings_.daemons) {
    sockets_.states[daemon.socket] = rpc::SocketState::kLive;
  }
  Write("/proc/sys/kernel/osrelease", "6.9.1-amd64\n");
  Write("/proc/filesystems", "nodev\tsysfs\n\text4\n\txfs\n\tbtrfs\n");
  Write("/proc/self/mountinfo", kMount);
  SetCapabilities("000001ffffffffff");
  Write("/dev/loop-control", "");
  kernel_.AddDisk("/pool");
  kernel_.MakeDirectories("/pool/volumes");
  kernel_.MakeDirectories("/var/lib/kubelet/pods");
  for (const char* name :
       {"mkfs.xfs", "mkfs.btrfs", "e2fsck", "resize2fs", "xfs_repair"}) {
    kernel_.SetProgram(name, [name](const std::vector<std::string>&) {
      return os::CommandResult{.output = absl::StrCat(name, " 1.2\n")};
    });
  }
}

DoctorTest::~DoctorTest() { EXPECT_EQ(kernel_.OpenFds(), 0); }

World DoctorTest::world() {
  inventory_ = std::make_unique<Inventory>(admin_);
  return {.files = kernel_.files(),
          .loops = kernel_.loops(),
          .mounts = kernel_.mounts(),
          .commands = kernel_.commands(),
          .sockets = sockets_,
          .admin = admin_,
          .inventory = *inventory_,
          .settings = settings_};
}

Findings DoctorTest::Complaints(const std::string& check) {
  Findings complaints;
  for (Outcome& outcome : Run(Mode::kLook, {check}).outcomes) {
    if (outcome.finding.severity == Severity::kOk) continue;
    complaints.push_back(std::move(outcome.finding));
  }
  return complaints;
}

Report DoctorTest::Run(Mode mode, std::vector<std::string> names) {
  return Examine(world(), ChooseChecks(names).value(), mode);
}

void DoctorTest::Write(const std::string& path, const std::string& text) {
  kernel_.MakeDirectories(DirectoryOf(path));
  if (Exists(path)) Must(kernel_.files().Unlink(path));
  const UniqueFd fd = Must(kernel_.files().Create(path));
  if (!text.empty()) Must(kernel_.files().WriteAll(fd.get(), text));
}

bool DoctorTest::Exists(const std::string& path) {
  return kernel_.files().Stat(path).ok();
}

void DoctorTest::SetCapabilities(const std::string& hex) {
  Write("/proc/self/status", absl::StrCat("Name:\tholdfast\nCapPrm:\t", hex,
                                          "\nCapEff:\t", hex, "\n"));
}

void DoctorTest::RemoveProgram(const std::string& name) {
  kernel_.SetProgram(name, [name](const std::vector<std::string>&) {
    return ErrnoError("spawn", name, ENOENT);
  });
}

std::string DoctorTest::IdOf(const std::string& name) const {
  return MakeId('p', Home(), IdKind::kVolume, name);
}

std::string DoctorTest::DataFile(const std::string& name) const {
  return absl::StrCat("/pool/volumes/", IdOf(name));
}

int DoctorTest::AttachVolume(const std::string& name) {
  const std::string path = DataFile(name);
  {
    const UniqueFd fd = Must(kernel_.files().Create(path));
    Must(kernel_.data_files().Truncate(fd.get(), kVolumeBytes));
  }
  Must(kernel_.commands().Run({"mkfs.ext4", "-q", "-b", "4096", path},
                              absl::InfiniteFuture()));
  volumes().push_back(IdOf(name));
  return AttachLoop(path, IdOf(name));
}

int DoctorTest::AttachLoop(const std::string& path, const std::string& name) {
  const int number = Must(kernel_.loops().FindFree());
  const UniqueFd fd =
      Must(kernel_.files().Open(path, os::OpenMode::kReadWrite));
  Must(kernel_.loops().Configure(number, fd.get(), {.name = name}));
  SetBacking(number, path);
  return number;
}

void DoctorTest::DeleteFile(const std::string& name, int loop) {
  Must(kernel_.files().Unlink(DataFile(name)));
  SetBacking(loop, absl::StrCat(DataFile(name), " (deleted)"));
}

void DoctorTest::SetBacking(int loop, const std::string& text) {
  Write(absl::StrCat("/sys/block/loop", loop, "/loop/backing_file"),
        absl::StrCat(text, "\n"));
}

void DoctorTest::MountAt(int loop, const std::string& directory) {
  kernel_.MakeDirectories(directory);
  const UniqueFd mount = Must(kernel_.mounts().MountDevice(
      {.device = os::LoopPath(loop), .fs_type = "ext4"}));
  Must(kernel_.mounts().Attach(mount.get(), directory));
}

void DoctorTest::BindAt(int loop, const std::string& file) {
  Write(file, "");
  const UniqueFd mount = Must(kernel_.mounts().CloneMount(os::LoopPath(loop)));
  Must(kernel_.mounts().Attach(mount.get(), file));
}

void DoctorTest::MakePod(const std::string& uid) {
  kernel_.MakeDirectories(absl::StrCat("/var/lib/kubelet/pods/", uid));
}

}  // namespace holdfast::cli::doctor
