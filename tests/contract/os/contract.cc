#include "tests/contract/os/contract.h"

#include <cerrno>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace holdfast::os {
namespace {

constexpr absl::Duration kLinger = absl::Seconds(10);
constexpr absl::Duration kPoll = absl::Milliseconds(1);

bool IsCi() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

}  // namespace

absl::Status StatusOf(const absl::Status& status) { return status; }

void OsContract::SetUp() {
  world_ = GetParam()();
  const std::string why = world_->Unavailable();
  if (why.empty()) return;
  if (IsCi()) FAIL() << why;
  GTEST_SKIP() << why;
}

void OsContract::TearDown() { world_.reset(); }

UniqueFd OsContract::Open(const std::string& path, OpenMode mode) {
  return Value(files().Open(path, mode));
}

void OsContract::MakeFile(const std::string& path, const std::string& text) {
  auto fd = files().Create(path);
  ASSERT_THAT(fd.status(), IsOk());
  if (text.empty()) return;
  ASSERT_THAT(files().WriteAll(fd->get(), text), IsOk());
}

void OsContract::MakeDirectory(const std::string& path) {
  ASSERT_THAT(files().MakeDirectory(path), IsOk());
}

void OsContract::MakeVolume(const std::string& path) {
  {
    auto fd = files().Create(path);
    ASSERT_THAT(fd.status(), IsOk());
    ASSERT_THAT(data_files().Truncate(fd->get(), kVolumeBytes), IsOk());
  }
  const auto made =
      commands().Run({"mkfs.ext4", "-q", "-F", "-b", "4096", path},
                     absl::Now() + absl::Minutes(1));
  ASSERT_THAT(made.status(), IsOk());
  ASSERT_EQ(made->exit_code, 0) << made->output;
}

std::string OsContract::Read(const std::string& path) {
  const auto text = files().ReadFile(path);
  if (text.ok()) return *text;
  EXPECT_THAT(text, HasErrno(ENOENT));
  return "";
}

int OsContract::AttachLoop(const std::string& path, const LoopConfig& config) {
  const int number = world_->NewLoop();
  const UniqueFd fd = Open(path);
  EXPECT_THAT(loops().Configure(number, fd.get(), config), IsOk());
  return number;
}

bool OsContract::IsGoneSoon(int number) {
  const absl::Time deadline = absl::Now() + kLinger;
  while (absl::Now() < deadline) {
    const auto status = loops().GetStatus(number);
    if (IsErrno(status.status(), ENXIO)) return true;
    absl::SleepFor(kPoll);
  }
  return false;
}

bool OsContract::IsRemovedSoon(int number) {
  const absl::Time deadline = absl::Now() + kLinger;
  while (absl::Now() < deadline) {
    const absl::Status removed = loops().Remove(number);
    if (!IsErrno(removed, EBUSY)) return removed.ok();
    absl::SleepFor(kPoll);
  }
  return false;
}

UniqueFd OsContract::CloneMount(const std::string& path) {
  return Value(mounts().CloneMount(path));
}

MountPoint OsContract::Listed(const std::string& name) {
  MountPoint found;
  for (const MountPoint& mount : Value(mounts().List())) {
    if (mount.path == InPool(name)) found = mount;
  }
  EXPECT_EQ(found.path, InPool(name));
  return found;
}

UniqueFd OsContract::MountLoop(int number) {
  return Value(mounts().MountDevice(
      {.device = absl::StrCat("/dev/loop", number), .fs_type = "ext4"}));
}

void OsContract::MountAt(int number, const std::string& path) {
  MakeDirectory(path);
  const UniqueFd mount = MountLoop(number);
  ASSERT_THAT(mounts().Attach(mount.get(), path), IsOk());
}

}  // namespace holdfast::os
