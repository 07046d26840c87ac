// Sixteen callers of one volume, on the fake machine: no answer is wrong.

#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

#include "tests/races/csi_driver.h"
#include "tests/races/direct_csi.h"
#include "tests/races/race.h"

namespace holdfast::races {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

// In order of Verb. Deletes are few, so that others find something.
const std::vector<int> kWeights = {4, 2, 3, 4, 3, 2, 3, 3, 2, 2, 4, 3, 4, 4, 0};

class OneVolumeTest : public ::testing::TestWithParam<root::Access> {
 protected:
  Site ASite() {
    return {
        .home = daemon_.backend().Pools().front().home,
        .access = GetParam(),
        .staging_path = node::kStaging,
        .targets = {node::kTarget, node::kOtherTarget},
        .mounted_paths = [this] { return daemon_.kernel().MountedPaths(); },
        .devices =
            [this](const std::string&) {
              return static_cast<int>(daemon_.kernel().AttachedLoops().size());
            },
        .violations =
            [this] {
              const auto all = daemon_.kernel().violations();
              return std::accumulate(all.begin(), all.end(), std::string());
            }};
  }

  Daemon daemon_;
  DirectCsi csi_{daemon_};
  CsiDriver<DirectCsi> driver_{csi_, ASite()};
};

TEST_P(OneVolumeTest, SixteenCallersAreNeverToldWrong) {
  const Result result =
      Race(driver_, {.rounds = 25,
                     .calls_per_round = 30,
                     .seed = Seed(),
                     .sizes = {64 * kMiB, 96 * kMiB, 128 * kMiB},
                     .weights = kWeights});
  EXPECT_EQ(result.wrong, "");
  std::cout << result.calls << " calls, " << result.aborted << " aborted\n";
  for (int verb = 0; verb < static_cast<int>(Verb::kLook); ++verb) {
    const auto done = result.done.find(static_cast<Verb>(verb));
    EXPECT_NE(done, result.done.end()) << Name(static_cast<Verb>(verb));
  }
}

INSTANTIATE_TEST_SUITE_P(Access, OneVolumeTest,
                         ::testing::Values(root::Access::kMount,
                                           root::Access::kBlock),
                         [](const auto& each) {
                           return each.param == root::Access::kMount ? "Mount"
                                                                     : "Block";
                         });

}  // namespace
}  // namespace holdfast::races
