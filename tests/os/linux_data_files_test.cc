// What the contract suite, which the fakes share, cannot ask.

#include "os/linux_data_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "base/status.h"
#include "os/linux_files.h"
#include "tests/os/temp_dir.h"

namespace holdfast::os {
namespace {

class LinuxDataFilesTest : public ::testing::Test {
 protected:
  LinuxDataFilesTest() : fd_(*files_.Create(dir_ / "a")) {}

  Metrics metrics_;
  LinuxFiles files_{metrics_};
  LinuxDataFiles data_files_{metrics_};
  TempDir dir_;
  UniqueFd fd_;
};

TEST_F(LinuxDataFilesTest, LeaseIsDroppedAtOnce) {
  ASSERT_FALSE(*data_files_.IsOpenElsewhere(fd_.get()));
  EXPECT_EQ(fcntl(fd_.get(), F_GETLEASE), F_UNLCK);
}

TEST_F(LinuxDataFilesTest, PathDescriptorsDoNotCountAsOpen) {
  const UniqueFd path(open((dir_ / "a").c_str(), O_PATH | O_CLOEXEC));
  ASSERT_TRUE(path.valid());
  EXPECT_FALSE(*data_files_.IsOpenElsewhere(fd_.get()));
}

TEST_F(LinuxDataFilesTest, ReadingARecordDoesNotOpenTheFile) {
  ASSERT_TRUE(
      data_files_.SetAttribute(fd_.get(), "user.holdfast.record", "r").ok());
  // Any open would break this lease, with a SIGIO to this process.
  ASSERT_EQ(fcntl(fd_.get(), F_SETLEASE, F_WRLCK), 0);
  EXPECT_EQ(*data_files_.GetAttribute(dir_ / "a", "user.holdfast.record"), "r");
  EXPECT_EQ(fcntl(fd_.get(), F_GETLEASE), F_WRLCK);
  ASSERT_EQ(fcntl(fd_.get(), F_SETLEASE, F_UNLCK), 0);
}

TEST_F(LinuxDataFilesTest, AttributesMayBeEmptyAndHoldAnyByte) {
  const std::string bytes("\0\xff\n", 3);
  ASSERT_TRUE(data_files_.SetAttribute(fd_.get(), "user.a", bytes).ok());
  ASSERT_TRUE(data_files_.SetAttribute(fd_.get(), "user.b", "").ok());
  EXPECT_EQ(*data_files_.GetAttribute(dir_ / "a", "user.a"), bytes);
  EXPECT_EQ(*data_files_.GetAttribute(dir_ / "a", "user.b"), "");
}

TEST_F(LinuxDataFilesTest, LockedFileIsRefusedAndFreeWhenClosed) {
  const auto second = files_.Open(dir_ / "a", OpenMode::kReadWrite);
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE(data_files_.Lock(fd_.get()).ok());
  EXPECT_TRUE(IsErrno(data_files_.Lock(second->get()), EWOULDBLOCK));
  fd_.Reset();
  EXPECT_TRUE(data_files_.Lock(second->get()).ok());
}

TEST_F(LinuxDataFilesTest, ErrorsNameTheFile) {
  const UniqueFd reader(open((dir_ / "a").c_str(), O_RDONLY | O_CLOEXEC));
  const absl::Status status = data_files_.Truncate(reader.get(), 1);
  EXPECT_TRUE(IsErrno(status, EINVAL));
  EXPECT_NE(status.message().find(dir_ / "a"), absl::string_view::npos);
}

}  // namespace
}  // namespace holdfast::os
