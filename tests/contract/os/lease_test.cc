// Who has a data file open: what decides whether a volume is in use.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

TEST_P(DataFilesContract, OneOpenerIsAlone) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
  EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
}

TEST_P(DataFilesContract, AnotherOpenerIsSeenUntilItCloses) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  for (OpenMode mode : {OpenMode::kReadOnly, OpenMode::kReadWrite}) {
    UniqueFd other = Open(InPool("x"), mode);
    EXPECT_TRUE(Value(data_files().IsOpenElsewhere(fd.get())));
    other.Reset();
    EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
  }
}

TEST_P(DataFilesContract, OpenerBySecondNameIsSeen) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  ASSERT_THAT(files().Rename(InPool("x"), InPool("y")), IsOk());
  const UniqueFd other = Open(InPool("y"));
  EXPECT_TRUE(Value(data_files().IsOpenElsewhere(fd.get())));
}

TEST_P(DataFilesContract, LookingAtAFileIsNotOpeningIt) {
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  ASSERT_THAT(data_files().SetAttribute(fd.get(), "user.r", "v"), IsOk());
  ASSERT_THAT(data_files().GetAttribute(InPool("x"), "user.r").status(),
              IsOk());
  ASSERT_THAT(files().Stat(InPool("x")).status(), IsOk());
  EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
}

TEST_P(DataFilesContract, LoopDeviceIsAnOpener) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_TRUE(Value(data_files().IsOpenElsewhere(fd.get())));
  ASSERT_THAT(loops().Detach(number), IsOk());
  ASSERT_TRUE(IsGoneSoon(number));
  EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
}

TEST_P(DataFilesContract, ReadOnlyLoopDeviceIsAnOpener) {
  MakeVolume(InPool("x"));
  AttachLoop(InPool("x"), {.mode = LoopMode::kReadOnly});
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_TRUE(Value(data_files().IsOpenElsewhere(fd.get())));
}

// The kernel counts open file descriptions, and a loop device keeps the one
// that it was given: it is not "elsewhere" for that descriptor.
TEST_P(DataFilesContract, LoopDeviceIsNotSeenByTheDescriptorItWasGiven) {
  MakeVolume(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  ASSERT_THAT(loops().Configure(world_->NewLoop(), fd.get(), {}), IsOk());
  EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
}

TEST_P(DataFilesContract, DetachedDeviceThatIsMountedIsAnOpener) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  UniqueFd mount = MountLoop(number);
  ASSERT_THAT(loops().Detach(number), IsOk());
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_TRUE(Value(data_files().IsOpenElsewhere(fd.get())));
  mount.Reset();
  ASSERT_TRUE(IsGoneSoon(number));
  EXPECT_FALSE(Value(data_files().IsOpenElsewhere(fd.get())));
}

TEST_P(DataFilesContract, LeaseIsForRegularFiles) {
  const UniqueFd directory = Open(world_->pool(), OpenMode::kDirectory);
  EXPECT_THAT(data_files().IsOpenElsewhere(directory.get()), HasErrno(EINVAL));
}

}  // namespace
}  // namespace holdfast::os
