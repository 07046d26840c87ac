#include "tests/root/doctor/machine.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/ids.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {
namespace {

using cli::doctor::Finding;

constexpr int64_t kVolumeBytes = int64_t{16} << 20;
constexpr int kTries = 64;
constexpr char kUuid[] = "the pool of the doctor's tests";

}  // namespace

DoctorOnMachine::DoctorOnMachine()
    : id_(MakeId('p', HomeOf(kUuid), IdKind::kVolume, scratch_.path())) {
  settings_.kubelet = scratch_.MakeDirectory("k");
  admin_.pools = std::vector<cli::doctor::PoolFacts>{
      {.name = "main", .home = HomeOf(kUuid)}};
  admin_.volumes = std::vector<std::string>{id_};
}

// Before the scratch directory goes, which unmounts what is below it: a device
// in use is then detached with its last user.
DoctorOnMachine::~DoctorOnMachine() {
  const auto numbers = kernel_.loops->List();
  if (!numbers.ok()) return;
  // Those above before those below.
  std::vector<int> mine(numbers->rbegin(), numbers->rend());
  for (const int number : mine) {
    const auto status = kernel_.loops->GetStatus(number);
    if (!status.ok()) continue;
    if (std::find(names_.begin(), names_.end(), status->name) != names_.end()) {
      kernel_.loops->Detach(number).IgnoreError();
    }
  }
}

cli::doctor::World DoctorOnMachine::world() {
  return {.files = *kernel_.files,
          .loops = *kernel_.loops,
          .mounts = *kernel_.mounts,
          .commands = *kernel_.commands,
          .sockets = sockets_,
          .admin = admin_,
          .inventory = inventory_,
          .settings = settings_};
}

std::vector<Finding> DoctorOnMachine::About(const std::string& check,
                                            const std::string& text) {
  const auto chosen = cli::doctor::ChooseChecks({check}).value();
  std::vector<Finding> found;
  for (Finding& finding : chosen.front()->run(world())) {
    if (finding.what.find(text) == std::string::npos) continue;
    found.push_back(std::move(finding));
  }
  return found;
}

int DoctorOnMachine::AttachVolume() {
  std::ofstream(data_file()).flush();
  std::filesystem::resize_file(data_file(), kVolumeBytes);
  EXPECT_OK(RunProgram({"mkfs.ext4", "-q", "-b", "4096", data_file()}));
  return Attach(data_file(), id_);
}

int DoctorOnMachine::Attach(const std::string& path, const std::string& name) {
  names_.push_back(name);
  const auto fd = kernel_.files->Open(path, os::OpenMode::kReadWrite);
  EXPECT_OK(fd);
  absl::Status status;
  for (int i = 0; i < kTries; ++i) {
    const auto number = kernel_.loops->FindFree();
    EXPECT_OK(number);
    status = kernel_.loops->Configure(*number, fd->get(), {.name = name});
    if (status.ok()) return *number;
    if (!IsErrno(status, EBUSY)) break;
  }
  ADD_FAILURE() << status;
  return -1;
}

bool DoctorOnMachine::IsAttached(int number) {
  const auto status = kernel_.loops->GetStatus(number);
  return status.ok() &&
         std::find(names_.begin(), names_.end(), status->name) != names_.end();
}

std::string DoctorOnMachine::MountAt(int number, const std::string& directory) {
  const std::string path = scratch_.MakeDirectory(directory);
  const auto mount = kernel_.mounts->MountDevice(
      {.device = os::LoopPath(number), .fs_type = "ext4"});
  EXPECT_OK(mount);
  if (mount.ok()) {
    EXPECT_OK(kernel_.mounts->Attach(mount->get(), path));
  }
  return path;
}

}  // namespace holdfast::root
