// Loop devices on our loop devices.

#include "absl/strings/str_cat.h"
#include "tests/cli/doctor/fixture.h"

namespace holdfast::cli::doctor {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kBlockDirectory[] =
    "/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices";

class KubeletLoopsTest : public DoctorTest {
 protected:
  // A block volume that a pod has, with the kubelet's own loop device on it.
  KubeletLoopsTest() : volume_(AttachVolume("a")) {
    BindAt(volume_, path_);
    kubelets_ = AttachLoop(path_, path_.substr(0, 63));
    MakePod("uid-1");
  }
  void RemovePod() {
    ASSERT_TRUE(
        kernel_.files().RemoveDirectory("/var/lib/kubelet/pods/uid-1").ok());
  }

  const std::string path_ =
      absl::StrCat(kBlockDirectory, "/publish/pv-1/uid-1");
  int volume_ = 0;
  int kubelets_ = 0;
};

TEST_F(KubeletLoopsTest, ThatOfALivingPodIsFine) {
  EXPECT_THAT(Complaints("kubelet-loops"), IsEmpty());
}

TEST_F(KubeletLoopsTest, ThatOfAGonePodNamesPodAndVolume) {
  RemovePod();
  const Findings findings = Complaints("kubelet-loops");
  ASSERT_THAT(
      findings,
      ElementsAre(AllOf(Says(Severity::kWarning, "uid-1"),
                        Says(Severity::kWarning, IdOf("a")),
                        Says(Severity::kWarning, os::LoopPath(kubelets_)))));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(KubeletLoopsTest, ThatOfADeletedNodeIsDetachedByFix) {
  SetBacking(kubelets_, path_ + " (deleted)");
  const Report report = Run(Mode::kFix, {"kubelet-loops"});
  ASSERT_THAT(report.outcomes, SizeIs(1));
  EXPECT_TRUE(report.outcomes[0].is_fixed());
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(volume_));
}

TEST_F(KubeletLoopsTest, ThatOfAMountTakenOffIsKnownByItsName) {
  SetBacking(kubelets_, "/");
  const Report report = Run(Mode::kFix, {"kubelet-loops"});
  ASSERT_THAT(report.outcomes, SizeIs(1));
  EXPECT_TRUE(report.outcomes[0].is_fixed());
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(volume_));
}

TEST_F(KubeletLoopsTest, OneThatIsMountedStays) {
  SetBacking(kubelets_, "/");
  BindAt(kubelets_, "/mnt/somewhere");
  const Findings findings = Complaints("kubelet-loops");
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(KubeletLoopsTest, OneThatIsBackMeanwhileStays) {
  SetBacking(kubelets_, "/");
  const Findings findings = Complaints("kubelet-loops");
  ASSERT_THAT(findings, SizeIs(1));
  SetBacking(kubelets_, path_);
  EXPECT_FALSE(findings[0].fix->apply().ok());
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(volume_, kubelets_));
}

TEST_F(KubeletLoopsTest, OurDeviceBelowOneIsNotDetached) {
  DeleteFile("a", volume_);
  const Findings findings = Complaints("loop-deleted");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kError, IdOf("a"))));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, SomebodyElsesLoopDeviceOnOursIsNoted) {
  const int loop = AttachVolume("a");
  AttachLoop(os::LoopPath(loop), os::LoopPath(loop));
  const Findings findings = Complaints("kubelet-loops");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kNote, "somebody else")));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, KubeletsDevicesOnForeignVolumesAreNotOurs) {
  Write("/tmp/image", "another driver's");
  const int below = AttachLoop("/tmp/image", "/tmp/image");
  const std::string path = absl::StrCat(kBlockDirectory, "/publish/pv/uid-9");
  BindAt(below, path);
  const int above = AttachLoop(path, path.substr(0, 63));
  SetBacking(above, path + " (deleted)");
  EXPECT_THAT(Run(Mode::kFix, {"kubelet-loops"}).outcomes, IsEmpty());
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(below, above));
}

}  // namespace
}  // namespace holdfast::cli::doctor
