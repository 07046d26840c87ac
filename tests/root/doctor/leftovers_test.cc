// The doctor against the kernel: findings that are about it, provoked for
// real, and fixes that leave alone what is not ours.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "tests/root/doctor/machine.h"
#include "tests/root/fixture/expect.h"
#include "tests/rpc/linux_sockets.h"

namespace holdfast::root {
namespace {

using cli::doctor::Finding;
using cli::doctor::Severity;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kStaging[] =
    "k/plugins/kubernetes.io/csi/csi.holdfast.dev/0a/globalmount";

// LO_NAME_SIZE less its final zero: what losetup keeps of a path.
std::string LoopName(const std::string& path) { return path.substr(0, 63); }

TEST_F(DoctorOnMachine, HealthyVolumeIsNotMentioned) {
  const int loop = AttachVolume();
  MountAt(loop, kStaging);
  MountAt(loop, "k/pods/uid/volumes/x/mount");
  for (const char* check :
       {"mounts", "staging", "kubelet-loops", "loop-deleted", "loop-unknown",
        "loop-writers", "loop-direct-io"}) {
    EXPECT_THAT(About(check, id()), IsEmpty()) << check;
  }
}

TEST_F(DoctorOnMachine, DeviceOfADeletedFileIsDetached) {
  const int loop = AttachVolume();
  ASSERT_EQ(unlink(data_file().c_str()), 0);
  const auto findings = About("loop-deleted", id());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  ASSERT_TRUE(findings[0].fix.has_value());
  EXPECT_OK(findings[0].fix->apply());
  EXPECT_FALSE(IsAttached(loop));
  EXPECT_THAT(About("loop-deleted", id()), IsEmpty());
}

TEST_F(DoctorOnMachine, ForeignDeviceOfADeletedFileIsNotMentioned) {
  const std::string path = scratch_.Sub("image");
  std::filesystem::copy_file("/proc/self/exe", path);
  const int loop = Attach(path, LoopName(path));
  ASSERT_EQ(unlink(path.c_str()), 0);
  for (const auto& check : cli::doctor::AllChecks()) {
    EXPECT_THAT(About(check.name, os::LoopPath(loop) + " "), IsEmpty())
        << check.name;
  }
  EXPECT_TRUE(IsAttached(loop));
}

TEST_F(DoctorOnMachine, RenamedFileIsNotDeleted) {
  AttachVolume();
  std::filesystem::rename(data_file(), data_file() + " (deleted)");
  EXPECT_THAT(About("loop-deleted", id()), IsEmpty());
}

TEST_F(DoctorOnMachine, MountOfADeletedVolumeGoesAndThenItsDevice) {
  const int loop = AttachVolume();
  const std::string staging = MountAt(loop, kStaging);
  ASSERT_EQ(unlink(data_file().c_str()), 0);
  const auto in_use = About("loop-deleted", id());
  ASSERT_THAT(in_use, SizeIs(1));
  EXPECT_EQ(in_use[0].severity, Severity::kError);
  EXPECT_FALSE(in_use[0].fix.has_value());

  const auto mounted = About("mounts", id());
  ASSERT_THAT(mounted, SizeIs(1));
  EXPECT_THAT(mounted[0].what, HasSubstr(staging));
  ASSERT_TRUE(mounted[0].fix.has_value());
  EXPECT_OK(mounted[0].fix->apply());
  const auto left = About("loop-deleted", id());
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_OK(left[0].fix->apply());
  EXPECT_FALSE(IsAttached(loop));
}

TEST_F(DoctorOnMachine, MountInUseStays) {
  const int loop = AttachVolume();
  const std::string staging = MountAt(loop, kStaging);
  ASSERT_EQ(unlink(data_file().c_str()), 0);
  const auto findings = About("mounts", id());
  ASSERT_THAT(findings, SizeIs(1));
  {
    const UniqueFd user(open(staging.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(findings[0].fix->apply().ok());
  }
  EXPECT_THAT(About("mounts", id()), SizeIs(1));
  EXPECT_TRUE(IsAttached(loop));
}

TEST_F(DoctorOnMachine, DeviceMountedMeanwhileStays) {
  const int loop = AttachVolume();
  ASSERT_EQ(unlink(data_file().c_str()), 0);
  const auto findings = About("loop-deleted", id());
  ASSERT_THAT(findings, SizeIs(1));
  MountAt(loop, "elsewhere");
  EXPECT_FALSE(findings[0].fix->apply().ok());
  EXPECT_FALSE(kernel_.loops->GetStatus(loop)->autoclear);
}

TEST_F(DoctorOnMachine, MountOfAVolumeThatThePoolDoesNotKnow) {
  const int loop = AttachVolume();
  const std::string path = MountAt(loop, kStaging);
  admin_.volumes->clear();
  const auto mounted = About("mounts", id());
  ASSERT_THAT(mounted, SizeIs(1));
  EXPECT_THAT(mounted[0].what, HasSubstr(path));
  EXPECT_FALSE(mounted[0].fix.has_value());
  EXPECT_THAT(About("loop-unknown", id()), SizeIs(1));
}

TEST_F(DoctorOnMachine, StagingWithoutPods) {
  MountAt(AttachVolume(), kStaging);
  const auto findings = About("staging", id());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, Severity::kNote);
}

TEST_F(DoctorOnMachine, TwoWritersOnOneFile) {
  const int first = AttachVolume();
  const int second = Attach(data_file(), LoopName(data_file()));
  const auto findings = About("loop-writers", id());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, Severity::kError);
  EXPECT_THAT(findings[0].what, HasSubstr(os::LoopPath(first)));
  EXPECT_THAT(findings[0].what, HasSubstr(os::LoopPath(second)));
}

// A block volume at its publication, with a loop device of the kubelet on it.
class KubeletsLoop : public DoctorOnMachine {
 protected:
  void SetUp() override {
    volume_ = AttachVolume();
    scratch_.MakeDirectory("k/pods/uid-1");
    path_ = scratch_.MakeDirectory(
                "k/plugins/kubernetes.io/csi/volumeDevices/publish/pv") +
            "/uid-1";
    UniqueFd(open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)).Reset();
    const auto bind = kernel_.mounts->CloneMount(os::LoopPath(volume_));
    ASSERT_OK(bind);
    ASSERT_OK(kernel_.mounts->Attach(bind->get(), path_));
    kubelets_ = Attach(path_, LoopName(path_));
  }

  std::string path_;
  int volume_ = -1;
  int kubelets_ = -1;
};

TEST_F(KubeletsLoop, OfALivingPodIsNotMentioned) {
  EXPECT_THAT(About("kubelet-loops", id()), IsEmpty());
}

TEST_F(KubeletsLoop, OfAGonePodIsNamedAndStays) {
  std::filesystem::remove_all(scratch_.Sub("k/pods/uid-1"));
  const auto findings = About("kubelet-loops", id());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].what, HasSubstr("uid-1"));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(KubeletsLoop, WhoseMountWasTakenOffIsDetached) {
  // A plain unmount is refused: the kubelet's device has it open.
  ASSERT_EQ(umount2(path_.c_str(), MNT_DETACH), 0);
  const auto findings = About("kubelet-loops", id());
  ASSERT_THAT(findings, SizeIs(1));
  ASSERT_TRUE(findings[0].fix.has_value());
  EXPECT_OK(findings[0].fix->apply());
  EXPECT_FALSE(IsAttached(kubelets_));
  EXPECT_TRUE(IsAttached(volume_));
}

TEST_F(DoctorOnMachine, SocketThatNobodyListensOnIsRemoved) {
  const std::string stale = scratch_.Sub("csi.sock");
  const std::string live = scratch_.Sub("agent.sock");
  rpc::ListenAt(stale).Reset();
  const UniqueFd listener = rpc::ListenAt(live);
  for (const std::string& path : {stale, live}) {
    settings_.daemons.push_back({"a daemon", "unix://" + path, path});
  }
  const auto report = cli::doctor::Examine(
      world(), cli::doctor::ChooseChecks({"sockets"}).value(),
      cli::doctor::Mode::kFix);
  ASSERT_THAT(report.outcomes, SizeIs(1));
  EXPECT_TRUE(report.outcomes[0].is_fixed());
  EXPECT_FALSE(std::filesystem::exists(stale));
  EXPECT_EQ(rpc::ConnectError(live), 0);
}

}  // namespace
}  // namespace holdfast::root
