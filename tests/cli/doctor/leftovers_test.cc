// Loop devices and mounts that nobody needs any more.

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "tests/cli/doctor/fixture.h"

namespace holdfast::cli::doctor {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kBlockDirectory[] =
    "/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices";

std::string PodMount(const std::string& uid) {
  return absl::StrCat("/var/lib/kubelet/pods/", uid,
                      "/volumes/kubernetes.io~csi/pv/mount");
}

// --- loop-deleted

TEST_F(DoctorTest, LoopDeviceOfADeletedFileIsDetachedByFix) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  const Report report = Run(Mode::kFix, {"loop-deleted"});
  ASSERT_THAT(report.outcomes, SizeIs(1));
  EXPECT_THAT(report.outcomes[0].finding,
              Says(Severity::kWarning, os::LoopPath(loop)));
  EXPECT_TRUE(report.outcomes[0].is_fixed());
  EXPECT_EQ(report.Worst(), Severity::kOk);
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
}

TEST_F(DoctorTest, MountedDeviceOfADeletedFileIsAnErrorWithoutFix) {
  const int loop = AttachVolume("a");
  MountAt(loop, "/mnt/a");
  DeleteFile("a", loop);
  const Findings findings = Complaints("loop-deleted");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kError, "is deleted")));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, ForeignDeviceOfADeletedFileIsLeftAlone) {
  Write("/tmp/image", "somebody's");
  const int loop = AttachLoop("/tmp/image", "/tmp/image");
  ASSERT_TRUE(kernel_.files().Unlink("/tmp/image").ok());
  SetBacking(loop, "/tmp/image (deleted)");
  for (const Outcome& outcome : Run(Mode::kFix).outcomes) {
    EXPECT_EQ(outcome.finding.severity, Severity::kOk) << outcome.finding.what;
  }
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(loop));
}

TEST_F(DoctorTest, FileThatIsOnlyCalledDeletedIsThere) {
  AttachVolume("a");
  const std::string path = DataFile("a") + " (deleted)";
  ASSERT_TRUE(kernel_.files().Rename(DataFile("a"), path).ok());
  SetBacking(0, path);
  EXPECT_THAT(Complaints("loop-deleted"), IsEmpty());
}

TEST_F(DoctorTest, DeviceThatWasMountedMeanwhileIsNotDetached) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  const Findings findings = Complaints("loop-deleted");
  ASSERT_THAT(findings, SizeIs(1));
  MountAt(loop, "/mnt/a");
  EXPECT_FALSE(findings[0].fix->apply().ok());
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(loop));
}

TEST_F(DoctorTest, NumberThatWasGivenToAnotherMeanwhileIsNotDetached) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  const Findings findings = Complaints("loop-deleted");
  ASSERT_THAT(findings, SizeIs(1));
  ASSERT_TRUE(kernel_.loops().Detach(loop).ok());
  ASSERT_EQ(AttachVolume("b"), loop);
  EXPECT_FALSE(findings[0].fix->apply().ok());
  // Not even if that one's file is deleted too: it was not what was shown.
  DeleteFile("b", loop);
  EXPECT_FALSE(findings[0].fix->apply().ok());
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(loop));
}

TEST_F(DoctorTest, DeviceThatIsGoneMeanwhileNeedsNoFix) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  const Findings findings = Complaints("loop-deleted");
  ASSERT_THAT(findings, SizeIs(1));
  ASSERT_TRUE(kernel_.loops().Detach(loop).ok());
  EXPECT_TRUE(findings[0].fix->apply().ok());
}

// --- loop-unknown

TEST_F(DoctorTest, DeviceOfAVolumeThatItsPoolDoesNotKnowIsAWarning) {
  AttachVolume("a");
  volumes().clear();
  const Findings findings = Complaints("loop-unknown");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kWarning, IdOf("a"))));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, DeviceOfAPoolThatDoesNotAnswerIsNoted) {
  AttachVolume("a");
  admin_.pools = absl::UnavailableError("nobody there");
  EXPECT_THAT(Complaints("loop-unknown"),
              ElementsAre(Says(Severity::kNote, "does not answer")));
}

TEST_F(DoctorTest, IncompleteListOfVolumesProvesNothing) {
  AttachVolume("a");
  admin_.volumes = absl::UnavailableError("one agent is silent");
  EXPECT_THAT(Complaints("loop-unknown"),
              ElementsAre(Says(Severity::kNote, IdOf("a"))));
}

TEST_F(DoctorTest, DeviceOfAPoolWithAnErrorIsNotedOnly) {
  AttachVolume("a");
  volumes().clear();
  pool().error = "its disk is gone";
  EXPECT_THAT(Complaints("loop-unknown"),
              ElementsAre(Says(Severity::kNote, IdOf("a"))));
}

// --- loop-writers, loop-direct-io

TEST_F(DoctorTest, TwoWritersOnOneFileAreAnError) {
  const int first = AttachVolume("a");
  const int second = AttachLoop(DataFile("a"), "by hand");
  const Findings findings = Complaints("loop-writers");
  ASSERT_THAT(findings,
              ElementsAre(AllOf(Says(Severity::kError, os::LoopPath(first)),
                                Says(Severity::kError, os::LoopPath(second)))));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, OneWriterAndAReaderAreFine) {
  AttachVolume("a");
  const int number = kernel_.loops().FindFree().value();
  const UniqueFd fd =
      kernel_.files().Open(DataFile("a"), os::OpenMode::kReadOnly).value();
  ASSERT_TRUE(
      kernel_.loops()
          .Configure(number, fd.get(),
                     {.name = IdOf("a"), .mode = os::LoopMode::kReadOnly})
          .ok());
  EXPECT_THAT(Complaints("loop-writers"), IsEmpty());
}

TEST_F(DoctorTest, TwoWritersOnAForeignFileAreNotOurs) {
  Write("/tmp/image", "somebody's");
  AttachLoop("/tmp/image", "/tmp/image");
  AttachLoop("/tmp/image", "/tmp/image");
  EXPECT_THAT(Complaints("loop-writers"), IsEmpty());
}

TEST_F(DoctorTest, DeviceWithoutDirectIoIsNoted) {
  kernel_.SetDirectIoWorks(false);
  AttachVolume("a");
  Write("/tmp/image", "somebody's");
  AttachLoop("/tmp/image", "/tmp/image");
  EXPECT_THAT(Complaints("loop-direct-io"),
              ElementsAre(Says(Severity::kNote, IdOf("a"))));
}

// --- mounts

TEST_F(DoctorTest, MountOfADeletedVolumeAtStagingIsTakenOffByFix) {
  const int loop = AttachVolume("a");
  MountAt(loop, kStagingPath);
  DeleteFile("a", loop);
  // One run does it all: once unmounted, the device can be detached.
  const Report report = Run(Mode::kFix, {"mounts", "loop-deleted"});
  ASSERT_THAT(report.outcomes, SizeIs(2));
  EXPECT_THAT(report.outcomes[0].finding,
              Says(Severity::kWarning, "is deleted"));
  EXPECT_EQ(report.Worst(), Severity::kOk);
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
}

TEST_F(DoctorTest, MountOfADeletedVolumeInAPodIsOnlySaid) {
  const int loop = AttachVolume("a");
  MountAt(loop, kStagingPath);
  MountAt(loop, PodMount("uid-1"));
  DeleteFile("a", loop);
  const Findings findings = Complaints("mounts");
  ASSERT_THAT(findings,
              ElementsAre(AllOf(Says(Severity::kWarning, kStagingPath),
                                Says(Severity::kWarning, "uid-1"))));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, MountOfADeletedVolumeElsewhereIsOnlySaid) {
  const int loop = AttachVolume("a");
  MountAt(loop, "/mnt/rescue");
  DeleteFile("a", loop);
  const Findings findings = Complaints("mounts");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kWarning, "/mnt/rescue")));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, MountOfAnUnknownVolumeIsOnlySaid) {
  const int loop = AttachVolume("a");
  MountAt(loop, kStagingPath);
  volumes().clear();
  const Findings findings = Complaints("mounts");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kWarning, "no pool")));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, StagingThatWasPublishedMeanwhileStays) {
  const int loop = AttachVolume("a");
  MountAt(loop, kStagingPath);
  DeleteFile("a", loop);
  const Findings findings = Complaints("mounts");
  ASSERT_THAT(findings, SizeIs(1));
  MountAt(loop, PodMount("uid-1"));
  EXPECT_FALSE(findings[0].fix->apply().ok());
  EXPECT_THAT(kernel_.MountedPaths(),
              ElementsAre(kStagingPath, PodMount("uid-1")));
}

// --- staging

TEST_F(DoctorTest, StagingWithoutPodsIsNoted) {
  MountAt(AttachVolume("a"), kStagingPath);
  const Findings findings = Complaints("staging");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kNote, IdOf("a"))));
  EXPECT_FALSE(findings[0].fix.has_value());
}

TEST_F(DoctorTest, StagingOfAPodIsFine) {
  const int loop = AttachVolume("a");
  MountAt(loop, kStagingPath);
  MountAt(loop, PodMount("uid-1"));
  EXPECT_THAT(Complaints("staging"), IsEmpty());
}

TEST_F(DoctorTest, BlockStagingIsSeenByTheBoundNode) {
  const int loop = AttachVolume("a");
  const std::string publication =
      absl::StrCat(kBlockDirectory, "/publish/pv/uid-1");
  BindAt(loop, absl::StrCat(kBlockDirectory, "/staging/pv/", IdOf("a")));
  EXPECT_THAT(Complaints("staging"), SizeIs(1));
  BindAt(loop, publication);
  EXPECT_THAT(Complaints("staging"), SizeIs(1)) << "its pod is gone";
  MakePod("uid-1");
  EXPECT_THAT(Complaints("staging"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::cli::doctor
