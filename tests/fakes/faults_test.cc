// Faults, ends of processes, and the checks at the end of a test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/status.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::fakes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() { kernel_.AddDisk("/pool"); }

  // What an operation of the pool might do.
  absl::Status MakeObject() {
    auto fd = files_.CreateUnnamed("/pool");
    if (!fd.ok()) return fd.status();
    RETURN_IF_ERROR(kernel_.data_files().Truncate(fd->get(), 4096));
    RETURN_IF_ERROR(files_.Link(fd->get(), "/pool/x"));
    return kernel_.data_files().Sync(fd->get());
  }

  FakeKernel kernel_;
  os::Files& files_ = kernel_.files();
};

TEST_F(FaultsTest, CallsAreListedInOrder) {
  ASSERT_TRUE(MakeObject().ok());
  std::vector<std::string> names;
  for (const Call& call : kernel_.calls().List()) names.push_back(call.name);
  EXPECT_THAT(names, ElementsAre("Files.CreateUnnamed", "DataFiles.Truncate",
                                 "Files.Link", "DataFiles.Sync"));
  EXPECT_EQ(kernel_.calls().List()[2].argument, "/pool/x");
  EXPECT_EQ(kernel_.calls().Count("Files.Link"), 1);
  kernel_.calls().Reset();
  EXPECT_THAT(kernel_.calls().List(), IsEmpty());
}

TEST_F(FaultsTest, EveryCallCanBeMadeToFailInTurn) {
  ASSERT_TRUE(MakeObject().ok());
  const auto calls = kernel_.calls().List();
  ASSERT_TRUE(files_.Unlink("/pool/x").ok());
  for (size_t i = 0; i < calls.size(); ++i) {
    for (int error : ErrnosOf(calls[i].name)) {
      SCOPED_TRACE(calls[i].name);
      kernel_.calls().FailCall(static_cast<int>(i) + 1, error);
      EXPECT_TRUE(IsErrno(MakeObject(), error));
      EXPECT_EQ(kernel_.OpenFds(), 0);
      files_.Unlink("/pool/x").IgnoreError();
    }
  }
  EXPECT_TRUE(MakeObject().ok());
}

TEST_F(FaultsTest, FailedCallHasNoEffect) {
  kernel_.calls().FailNext("Files.MakeDirectory", ENOSPC);
  EXPECT_TRUE(absl::IsResourceExhausted(files_.MakeDirectory("/pool/d")));
  EXPECT_THAT(kernel_.PathsUnder("/pool"), IsEmpty());
  EXPECT_TRUE(files_.MakeDirectory("/pool/d").ok());
}

TEST_F(FaultsTest, FailAlwaysLastsUntilCleared) {
  kernel_.calls().FailAlways("Files.Stat", EIO);
  EXPECT_TRUE(IsErrno(files_.Stat("/pool").status(), EIO));
  EXPECT_TRUE(IsErrno(files_.Stat("/pool").status(), EIO));
  kernel_.calls().ClearFaults();
  EXPECT_TRUE(files_.Stat("/pool").ok());
}

TEST_F(FaultsTest, StoppedProcessDoesNothingMore) {
  kernel_.calls().StopAt(3);
  EXPECT_FALSE(MakeObject().ok());
  EXPECT_FALSE(files_.MakeDirectory("/pool/d").ok());
  kernel_.RestartProcess();
  EXPECT_THAT(kernel_.PathsUnder("/pool"), IsEmpty());
  EXPECT_TRUE(MakeObject().ok());
}

TEST_F(FaultsTest, RestartClosesDescriptorsAndKeepsLoopDevices) {
  ASSERT_TRUE(MakeObject().ok());
  auto fd = files_.Open("/pool/x", os::OpenMode::kReadWrite);
  ASSERT_TRUE(kernel_.loops().Configure(3, fd->get(), {.name = "x"}).ok());
  kernel_.RestartProcess();
  EXPECT_EQ(kernel_.OpenFds(), 0);
  EXPECT_THAT(kernel_.AttachedLoops(), ElementsAre(3));
  fd->Reset();
  EXPECT_THAT(kernel_.violations(), IsEmpty());
}

TEST_F(FaultsTest, HookActsAsAnotherProcessBetweenTwoCalls) {
  kernel_.calls().OnCall([&](const Call& call) {
    if (call.name != "Files.Link") return;
    kernel_.calls().OnCall(nullptr);
    ASSERT_TRUE(files_.Create("/pool/x").ok());
  });
  EXPECT_TRUE(IsErrno(MakeObject(), EEXIST));
}

TEST_F(FaultsTest, SecondWriterOnOneFileIsAViolation) {
  ASSERT_TRUE(MakeObject().ok());
  auto fd = files_.Open("/pool/x", os::OpenMode::kReadWrite);
  const auto attach = [&](int number, os::LoopMode mode) {
    EXPECT_TRUE(
        kernel_.loops().Configure(number, fd->get(), {.mode = mode}).ok());
  };
  attach(0, os::LoopMode::kReadWrite);
  attach(1, os::LoopMode::kReadOnly);
  EXPECT_THAT(kernel_.violations(), IsEmpty());
  attach(2, os::LoopMode::kReadWrite);
  EXPECT_THAT(kernel_.violations(), SizeIs(1));
}

TEST_F(FaultsTest, MkfsOnDataIsAViolation) {
  const auto mkfs = [&] {
    return kernel_.commands().Run({"mkfs.ext4", "-q", "/pool/x"},
                                  absl::InfiniteFuture());
  };
  ASSERT_TRUE(MakeObject().ok());
  ASSERT_EQ(mkfs()->exit_code, 0);
  EXPECT_THAT(kernel_.formatted_paths(), ElementsAre("/pool/x"));
  EXPECT_THAT(kernel_.violations(), IsEmpty());
  ASSERT_EQ(mkfs()->exit_code, 0);
  EXPECT_THAT(kernel_.violations(), SizeIs(1));
}

TEST_F(FaultsTest, FullDiskRefusesData) {
  kernel_.SetTotalBytes("/pool", 1 << 20);
  ASSERT_TRUE(MakeObject().ok());
  EXPECT_TRUE(kernel_.WriteRange("/pool/x", 0, 1 << 20));
  EXPECT_FALSE(kernel_.WriteRange("/pool/x", 1 << 20, 1));
  EXPECT_EQ(files_.StatFileSystem("/pool")->available_bytes, 0);
  auto fd = files_.Create("/pool/y");
  EXPECT_TRUE(IsErrno(files_.WriteAll(fd->get(), "text"), ENOSPC));
}

}  // namespace
}  // namespace holdfast::fakes
