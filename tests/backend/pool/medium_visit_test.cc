// A pool opened for a moment, and closed.

#include "backend/pool/medium_visit.h"

#include <unistd.h>

#include "backend/pool/pool_init.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class MediumVisitTest : public ::testing::Test {
 protected:
  MediumVisitTest() {
    kernel_.AddDisk("/images");
    const auto made =
        InitImage({Os(), kernel_.file_systems(), kernel_.commands()},
                  {.path = medium_.path, .size_bytes = kGiB});
    EXPECT_TRUE(made.ok()) << made.status();
  }
  ~MediumVisitTest() override {
    EXPECT_EQ(kernel_.OpenFds(), 0);
    EXPECT_THAT(kernel_.violations(), IsEmpty());
  }

  MediumParts Os() {
    return {kernel_.files(), kernel_.data_files(), kernel_.loops(),
            kernel_.mounts()};
  }
  // As a command does that nobody disturbs.
  absl::Status Visit() {
    const auto claim = ClaimMountPoint(Os(), medium_);
    if (!claim.ok()) return claim.status();
    return VisitMedium(Os(), medium_, [&](const std::string& directory) {
      return kernel_.files().Stat(Layout(directory).Header()).status();
    });
  }

  fakes::FakeKernel kernel_;
  const MediumSpec medium_ = {.path = "/images/a",
                              .mount_point = "/run/pools/visit"};
};

TEST_F(MediumVisitTest, LeavesNothingMountedOrAttached) {
  EXPECT_TRUE(Visit().ok());
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
  EXPECT_TRUE(Visit().ok());
}

TEST_F(MediumVisitTest, TakesAwayWhatAKilledOneLeftAttached) {
  ASSERT_TRUE(OpenMedium(Os(), medium_).ok());
  kernel_.RestartProcess();
  EXPECT_TRUE(Visit().ok());
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
  EXPECT_THAT(kernel_.AttachedLoops(), IsEmpty());
}

TEST_F(MediumVisitTest, LeavesThePoolOfADaemonAsItIs) {
  const MediumSpec served = {.path = medium_.path,
                             .mount_point = "/run/served"};
  ASSERT_TRUE(OpenMedium(Os(), served).ok());
  EXPECT_TRUE(Visit().ok());
  EXPECT_THAT(kernel_.MountedPaths(), ElementsAre(served.mount_point));
  ASSERT_THAT(kernel_.AttachedLoops(), SizeIs(1));
  EXPECT_FALSE(
      kernel_.loops().GetStatus(kernel_.AttachedLoops()[0])->autoclear);
}

TEST_F(MediumVisitTest, OneThatIsAtWorkIsNotDisturbed) {
  {
    const auto first = ClaimMountPoint(Os(), medium_);
    ASSERT_TRUE(first.ok()) << first.status();
    ASSERT_TRUE(OpenMedium(Os(), medium_).ok());
    const absl::Status second = Visit();
    EXPECT_THAT(second, HasCode(Code::kUnavailable));
    EXPECT_THAT(second, SaysAll(std::vector<std::string>{
                            medium_.path, absl::StrCat("process ", getpid())}));
    EXPECT_THAT(kernel_.MountedPaths(), ElementsAre(medium_.mount_point));
  }
  EXPECT_TRUE(Visit().ok());
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
}

TEST_F(MediumVisitTest, ADirectoryNeedsNoMountPoint) {
  kernel_.MakeDirectories(medium_.mount_point + "/of-others");
  const auto claim = ClaimMountPoint(
      Os(), {.path = "/images", .mount_point = medium_.mount_point});
  ASSERT_TRUE(claim.ok()) << claim.status();
  EXPECT_THAT(kernel_.PathsUnder("/run"),
              ElementsAre("/run/pools", medium_.mount_point,
                          medium_.mount_point + "/of-others"));
}

}  // namespace
}  // namespace holdfast::pool
