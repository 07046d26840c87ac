#include "base/unique_fd.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace holdfast {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Writes down what it is asked to close, and spoils errno as close(2) may.
class Recorder : public FdCloser {
 public:
  void Close(int fd) override {
    closed.push_back(fd);
    errno = EIO;
  }
  std::vector<int> closed;
};

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFdTest, ClosesARealDescriptor) {
  int number = -1;
  {
    const UniqueFd fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = fd.get();
    ASSERT_TRUE(IsOpen(number));
  }
  EXPECT_FALSE(IsOpen(number));
}

TEST(UniqueFdTest, NothingHeldIsNothingClosed) {
  Recorder recorder;
  {
    const UniqueFd none;
    const UniqueFd invalid(-1, &recorder);
    EXPECT_FALSE(none.valid());
    EXPECT_FALSE(invalid.valid());
  }
  EXPECT_THAT(recorder.closed, IsEmpty());
}

TEST(UniqueFdTest, CloserIsAskedOnce) {
  Recorder recorder;
  {
    UniqueFd fd(1000, &recorder);
    EXPECT_TRUE(fd.valid());
    fd.Reset();
    EXPECT_FALSE(fd.valid());
    EXPECT_THAT(recorder.closed, ElementsAre(1000));
  }
  EXPECT_THAT(recorder.closed, ElementsAre(1000));
}

TEST(UniqueFdTest, ZeroIsADescriptor) {
  Recorder recorder;
  { const UniqueFd fd(0, &recorder); }
  EXPECT_THAT(recorder.closed, ElementsAre(0));
}

TEST(UniqueFdTest, MoveTakesOwnershipAndCloser) {
  Recorder recorder;
  {
    UniqueFd first(1000, &recorder);
    const UniqueFd second(std::move(first));
    EXPECT_EQ(second.get(), 1000);
    EXPECT_FALSE(first.valid());
  }
  EXPECT_THAT(recorder.closed, ElementsAre(1000));
}

TEST(UniqueFdTest, AssignmentClosesWhatWasHeldWithItsOwnCloser) {
  Recorder old_recorder;
  Recorder new_recorder;
  {
    UniqueFd fd(1000, &old_recorder);
    fd = UniqueFd(1001, &new_recorder);
    EXPECT_THAT(old_recorder.closed, ElementsAre(1000));
    EXPECT_THAT(new_recorder.closed, IsEmpty());
  }
  EXPECT_THAT(old_recorder.closed, ElementsAre(1000));
  EXPECT_THAT(new_recorder.closed, ElementsAre(1001));
}

TEST(UniqueFdTest, AssignmentToItselfKeepsTheDescriptor) {
  Recorder recorder;
  UniqueFd fd(1000, &recorder);
  UniqueFd& same = fd;
  fd = std::move(same);
  EXPECT_EQ(fd.get(), 1000);
  EXPECT_THAT(recorder.closed, IsEmpty());
}

TEST(UniqueFdTest, ReleaseGivesTheDescriptorAwayOpen) {
  Recorder recorder;
  {
    UniqueFd fd(1000, &recorder);
    EXPECT_EQ(fd.Release(), 1000);
    EXPECT_FALSE(fd.valid());
  }
  EXPECT_THAT(recorder.closed, IsEmpty());
}

TEST(UniqueFdTest, ClosingKeepsErrno) {
  Recorder recorder;
  UniqueFd fd(1000, &recorder);
  errno = EBUSY;
  fd.Reset();
  EXPECT_EQ(errno, EBUSY);
}

}  // namespace
}  // namespace holdfast
