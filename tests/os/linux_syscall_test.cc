#include "os/linux_syscall.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace holdfast::os {
namespace {

using ::testing::HasSubstr;

// Answers like a system call that fails with `error`.
auto FailWith(int error) {
  return [error] {
    errno = error;
    return -1;
  };
}

class SystemCallsTest : public ::testing::Test {
 protected:
  Metrics metrics_;
  const SystemCalls calls_{metrics_.os_calls()};
};

TEST_F(SystemCallsTest, SuccessCarriesTheValueAndNoStaleErrno) {
  errno = EIO;
  const CallResult result = calls_.Call("read", [] { return 42; });
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.value, 42);
  EXPECT_EQ(result.error, 0);
}

TEST_F(SystemCallsTest, FailureCarriesTheErrno) {
  const CallResult result = calls_.Call("read", FailWith(EBUSY));
  errno = 0;
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.error, EBUSY);
}

TEST_F(SystemCallsTest, InterruptedCallIsMadeAgainAndCountedOnce) {
  int calls = 0;
  const CallResult result = calls_.Call("read", [&] {
    errno = EINTR;
    return ++calls < 3 ? -1 : 7;
  });
  EXPECT_EQ(result.value, 7);
  EXPECT_EQ(calls, 3);
  EXPECT_THAT(
      metrics_.Expose(),
      HasSubstr("os_call_seconds_count{call=\"read\",error=\"ok\"} 1\n"));
}

TEST_F(SystemCallsTest, EachCallIsObservedUnderItsErrorsName) {
  calls_.Call("umount2", FailWith(EBUSY));
  calls_.Call("umount2", FailWith(EBUSY));
  calls_.Call("umount2", FailWith(EINVAL));
  const std::string text = metrics_.Expose();
  EXPECT_THAT(text, HasSubstr("count{call=\"umount2\",error=\"EBUSY\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("count{call=\"umount2\",error=\"EINVAL\"} 1\n"));
}

TEST_F(SystemCallsTest, RunNamesTheObject) {
  const absl::Status status = calls_.Run("unlink", "/pool/x", FailWith(EROFS));
  EXPECT_TRUE(IsErrno(status, EROFS));
  EXPECT_THAT(std::string(status.message()), HasSubstr("unlink /pool/x"));
  EXPECT_TRUE(calls_.Run("unlink", "/pool/x", [] { return 0; }).ok());
}

TEST_F(SystemCallsTest, RunOnADescriptorNamesItsFile) {
  const auto fd = OpenPath(calls_, "/dev/null", O_RDONLY);
  ASSERT_TRUE(fd.ok());
  const absl::Status status = calls_.Run("fsync", fd->get(), FailWith(EIO));
  EXPECT_TRUE(IsErrno(status, EIO));
  EXPECT_THAT(std::string(status.message()), HasSubstr("fsync /dev/null"));
}

TEST_F(SystemCallsTest, OpenedDescriptorsAreCloseOnExec) {
  const auto fd = OpenPath(calls_, "/dev/null", O_RDONLY);
  ASSERT_TRUE(fd.ok());
  EXPECT_EQ(fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(SystemCallsTest, ReadToEndReadsFilesWithoutASize) {
  const auto text = ReadToEnd(calls_, "/proc/self/status");
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(*text, HasSubstr("SigBlk:"));
}

TEST(ErrnoNameTest, IsTheSymbolOrTheNumber) {
  EXPECT_EQ(ErrnoName(0), "ok");
  EXPECT_EQ(ErrnoName(EBUSY), "EBUSY");
  EXPECT_EQ(ErrnoName(4095), "E4095");
}

TEST(FdNameTest, FallsBackToTheNumber) { EXPECT_EQ(FdName(-1), "fd -1"); }

}  // namespace
}  // namespace holdfast::os
