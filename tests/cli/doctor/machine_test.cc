// What a machine must have: kernel, capabilities, tools, mounts.

#include <cerrno>

#include "base/status.h"
#include "tests/cli/doctor/fixture.h"

namespace holdfast::cli::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(DoctorTest, HealthyMachineHasNoComplaint) {
  AttachVolume("a");
  const Report report = Run();
  for (const Outcome& outcome : report.outcomes) {
    EXPECT_EQ(outcome.finding.severity, Severity::kOk) << outcome.finding.what;
  }
  EXPECT_EQ(report.ran.size(), AllChecks().size());
}

TEST_F(DoctorTest, LooksAndChangesNothing) {
  const int loop = AttachVolume("a");
  DeleteFile("a", loop);
  const auto before = kernel_.PathsUnder("/");
  Run();
  EXPECT_EQ(kernel_.PathsUnder("/"), before);
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(loop));
}

TEST_F(DoctorTest, OldKernelIsAnError) {
  Write("/proc/sys/kernel/osrelease", "5.10.0-30-amd64\n");
  EXPECT_THAT(Complaints("kernel"),
              ElementsAre(Says(Severity::kError, "older than 5.15")));
}

TEST_F(DoctorTest, KernelFloorItselfIsEnough) {
  Write("/proc/sys/kernel/osrelease", "5.15.0\n");
  EXPECT_THAT(Complaints("kernel"),
              ElementsAre(Says(Severity::kNote, "btrfs"),
                          Says(Severity::kNote, "statmount")));
}

TEST_F(DoctorTest, UnreadableKernelVersionIsSaid) {
  Write("/proc/sys/kernel/osrelease", "strange\n");
  EXPECT_THAT(Complaints("kernel"),
              ElementsAre(Says(Severity::kWarning, "cannot look")));
}

TEST_F(DoctorTest, KernelWithoutMountApiIsAnError) {
  kernel_.calls().FailNext("Mounts.CloneMount", ENOSYS);
  EXPECT_THAT(Complaints("kernel"),
              ElementsAre(Says(Severity::kError, "mount API")));
}

TEST_F(DoctorTest, ForbiddenMountApiIsAWarning) {
  kernel_.calls().FailNext("Mounts.CloneMount", EPERM);
  EXPECT_THAT(Complaints("kernel"),
              ElementsAre(Says(Severity::kWarning, "cannot be copied")));
}

TEST_F(DoctorTest, MissingSysResourceIsAWarning) {
  SetCapabilities("000001fffeffffff");
  EXPECT_THAT(Complaints("capabilities"),
              ElementsAre(Says(Severity::kWarning, "CAP_SYS_RESOURCE")));
}

TEST_F(DoctorTest, EachMissingCapabilityIsNamed) {
  SetCapabilities("0000000000000000");
  EXPECT_THAT(Complaints("capabilities"),
              ElementsAre(Says(Severity::kError, "CAP_SYS_ADMIN"),
                          Says(Severity::kError, "CAP_DAC_OVERRIDE"),
                          Says(Severity::kWarning, "CAP_SYS_RESOURCE"),
                          Says(Severity::kWarning, "CAP_MKNOD")));
}

TEST_F(DoctorTest, EachMissingToolIsNamed) {
  for (const char* name : {"mkfs.ext4", "e2fsck", "resize2fs", "mkfs.xfs",
                           "xfs_repair", "mkfs.btrfs"}) {
    RemoveProgram(name);
  }
  EXPECT_THAT(Complaints("tools"),
              ElementsAre(Says(Severity::kError, "mkfs.ext4 is not in PATH"),
                          Says(Severity::kWarning, "e2fsck"),
                          Says(Severity::kWarning, "resize2fs"),
                          Says(Severity::kWarning, "mkfs.xfs"),
                          Says(Severity::kWarning, "xfs_repair"),
                          Says(Severity::kNote, "mkfs.btrfs")));
}

TEST_F(DoctorTest, ToolsSayTheirVersion) {
  const Report report = Run(Mode::kLook, {"tools"});
  EXPECT_EQ(report.outcomes[1].finding.what, "e2fsck: e2fsck 1.2");
  EXPECT_THAT(kernel_.formatted_paths(), IsEmpty());
}

TEST_F(DoctorTest, MissingFileSystemsAreNamed) {
  Write("/proc/filesystems", "nodev\tsysfs\n\tvfat\n");
  EXPECT_THAT(
      Complaints("file-systems"),
      ElementsAre(Says(Severity::kError, "xfs"), Says(Severity::kError, "ext4"),
                  Says(Severity::kNote, "btrfs")));
}

TEST_F(DoctorTest, FileSystemThatIsAModuleIsThere) {
  Write("/proc/filesystems", "\text4\n\tbtrfs\n");
  kernel_.MakeDirectories("/lib/modules/6.9.1-amd64/kernel/fs/xfs");
  EXPECT_THAT(Complaints("file-systems"), IsEmpty());
}

TEST_F(DoctorTest, MissingLoopDriverIsAnError) {
  ASSERT_TRUE(kernel_.files().Unlink("/dev/loop-control").ok());
  EXPECT_THAT(Complaints("loop-driver"),
              ElementsAre(Says(Severity::kError, "is missing")));
}

TEST_F(DoctorTest, LoopDriverThatIsForbiddenIsAnError) {
  kernel_.calls().FailNext("Files.Open", EPERM);
  EXPECT_THAT(Complaints("loop-driver"),
              ElementsAre(Says(Severity::kError, "cannot be opened")));
}

TEST_F(DoctorTest, PartitionsOfLoopDevicesAreNoted) {
  Write("/sys/module/loop/parameters/max_part", "15\n");
  EXPECT_THAT(Complaints("loop-driver"),
              ElementsAre(Says(Severity::kNote, "15 partitions")));
}

TEST_F(DoctorTest, KubeletOnAPrivateMountIsAnError) {
  Write("/proc/self/mountinfo",
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "23 22 8:2 / /var/lib/kubelet rw,relatime - ext4 /dev/sda2 rw\n");
  const Findings findings = Complaints("propagation");
  ASSERT_THAT(findings, ElementsAre(Says(Severity::kError, "no shared mount")));
  EXPECT_THAT(findings[0].advice,
              HasSubstr("mount --make-rshared /var/lib/kubelet"));
}

TEST_F(DoctorTest, PropagationLooksAtTheTopmostMount) {
  Write("/proc/self/mountinfo",
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "23 22 8:2 / /var/lib rw - ext4 /dev/sda2 rw\n"
        "24 23 8:3 / /var/lib rw shared:7 master:2 - ext4 /dev/sda3 rw\n"
        "25 22 8:4 / /var/lib/kube rw - ext4 /dev/sda4 rw\n");
  EXPECT_THAT(Complaints("propagation"), IsEmpty());
}

TEST_F(DoctorTest, MachineWithoutKubeletNeedsNoPropagation) {
  settings_.kubelet = "/nowhere";
  Write("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
  EXPECT_THAT(Complaints("propagation"), IsEmpty());
}

TEST_F(DoctorTest, WhatCannotBeReadIsSaid) {
  kernel_.calls().FailAlways("Files.ReadFile", EACCES);
  kernel_.calls().FailAlways("LoopDevices.List", EACCES);
  for (const char* name :
       {"kernel", "capabilities", "file-systems", "loop-driver", "propagation",
        "mounts", "staging", "kubelet-loops", "loop-deleted", "loop-unknown",
        "loop-writers", "loop-direct-io"}) {
    EXPECT_THAT(Complaints(name),
                testing::Contains(Says(Severity::kWarning, "cannot look")))
        << name;
  }
}

}  // namespace
}  // namespace holdfast::cli::doctor
