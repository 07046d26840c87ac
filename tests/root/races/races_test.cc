// Races of callers of the real daemons, controller and node, over gRPC.

#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "tests/races/at_once.h"
#include "tests/races/csi_driver.h"
#include "tests/races/race.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/world.h"

namespace holdfast::root {
namespace {

using races::AtOnce;
using races::CsiDriver;
using races::Verb;

constexpr int kCallers = 32;
constexpr int kCreates = 1000;

// Looks at the loop devices of a directory again and again.
class Watcher {
 public:
  explicit Watcher(const std::string& directory)
      : thread_([this, directory] { Run(directory); }) {}
  ~Watcher() {
    stop_ = true;
    thread_.join();
  }
  // Data files that had two writable devices at any moment.
  std::string Found() {
    absl::MutexLock lock(&mutex_);
    return absl::StrJoin(found_, ", ");
  }

 private:
  void Run(const std::string& directory) {
    while (!stop_) {
      const auto now = SecondWriters(LoopsBelow(directory));
      {
        absl::MutexLock lock(&mutex_);
        found_.insert(now.begin(), now.end());
      }
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  absl::Mutex mutex_;
  std::set<std::string> found_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

class RacesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(world_.Start());
    ASSERT_OK_AND_ASSIGN(const auto probe,
                         csi().CreateVolume({.name = "probe", .bytes = kMiB}));
    home_ = probe.id.substr(1, 16);
    ASSERT_OK(csi().DeleteVolume(probe.id));
  }
  void TearDown() override {
    if (HasFailure()) std::cerr << world_.daemons().LogTail();
  }
  Csi& csi() { return world_.csi(); }

  races::Site ASite(Access access, Watcher& watcher) {
    const std::string id = MakeId('p', home_, IdKind::kVolume, "raced");
    const NodeArgs first = world_.Places(id, access, "0");
    const NodeArgs second = world_.Places(id, access, "1");
    const std::string root = world_.scratch().path();
    return {.home = home_,
            .access = access,
            // Grows mounted without CAP_SYS_RESOURCE.
            .fs_type = access == Access::kMount ? "xfs" : "",
            .staging_path = first.staging_path,
            .targets = {first.target_path, second.target_path},
            .mounted_paths =
                [root] {
                  std::vector<std::string> paths;
                  for (const auto& mount : MountsBelow(root)) {
                    paths.push_back(mount.path);
                  }
                  return paths;
                },
            .devices =
                [root](const std::string& volume) {
                  int devices = 0;
                  for (const auto& loop : LoopsBelow(root)) {
                    if (loop.name == volume) ++devices;
                  }
                  return devices;
                },
            .violations = [&watcher] { return watcher.Found(); }};
  }

  World world_;
  std::string home_;
};

TEST_F(RacesTest, AThousandCreatesOfOneNameGiveOneVolume) {
  std::vector<absl::StatusOr<VolumeFact>> answers(
      kCreates, absl::UnknownError("no answer"));
  std::atomic<size_t> next = 0;
  AtOnce(kCallers, [&](int) {
    for (size_t i = next++; i < answers.size(); i = next++) {
      answers[i] = csi().CreateVolume({.name = "one", .bytes = 64 * kMiB});
    }
  });
  const auto names = world_.Names(PoolDirectory::kVolumes);
  ASSERT_EQ(names.size(), 1U);
  int made = 0;
  for (const auto& answer : answers) {
    if (absl::IsAborted(answer.status())) continue;
    ASSERT_OK(answer);
    EXPECT_EQ(answer->id, *names.begin());
    EXPECT_EQ(answer->bytes, 64 * kMiB);
    ++made;
  }
  EXPECT_GT(made, 0);
  EXPECT_TRUE(world_.Names(PoolDirectory::kIncoming).empty());
  EXPECT_EQ(world_.Names(PoolDirectory::kTemplates).size(), 2U);
}

// Asked for is a size or more, so that the larger one suits everybody.
TEST_F(RacesTest, OfTwoSizesOneWins) {
  for (int name = 0; name < 10; ++name) {
    std::vector<absl::StatusOr<VolumeFact>> answers(
        kCallers, absl::UnknownError("no answer"));
    const auto asked = [](size_t i) { return (i % 2 == 0 ? 64 : 96) * kMiB; };
    AtOnce(kCallers, [&](int caller) {
      const auto i = static_cast<size_t>(caller);
      do {
        answers[i] = csi().CreateVolume(
            {.name = "v" + std::to_string(name), .bytes = asked(i)});
      } while (absl::IsAborted(answers[i].status()));
    });
    const int64_t won = answers[0].ok() ? answers[0]->bytes : 0;
    for (size_t i = 0; i < answers.size(); ++i) {
      if (asked(i) > won) {
        EXPECT_TRUE(absl::IsAlreadyExists(answers[i].status()))
            << answers[i].status();
        continue;
      }
      ASSERT_OK(answers[i]);
      EXPECT_EQ(answers[i]->bytes, won);
    }
    EXPECT_EQ(world_.Names(PoolDirectory::kVolumes).size(),
              static_cast<size_t>(name) + 1);
  }
}

class OneVolumeRaceTest : public RacesTest,
                          public testing::WithParamInterface<Access> {};

TEST_P(OneVolumeRaceTest, SixteenCallersAreNeverToldWrong) {
  Watcher watcher(world_.scratch().path());
  CsiDriver<Csi> driver(csi(), ASite(GetParam(), watcher));
  // In order of Verb. An unstage beside a publication waits for a second.
  const races::Result result = races::Race(
      driver, {.rounds = 8,
               .calls_per_round = 20,
               .seed = races::Seed(),
               .sizes = {320 * kMiB, 352 * kMiB, 384 * kMiB},
               .weights = {4, 2, 3, 4, 3, 2, 3, 3, 2, 2, 4, 1, 4, 4, 0}});
  EXPECT_EQ(result.wrong, "");
  std::cout << result.calls << " calls, " << result.aborted << " aborted\n";
  EXPECT_TRUE(result.done.contains(Verb::kPublish));
  EXPECT_TRUE(result.done.contains(Verb::kDelete));
}

INSTANTIATE_TEST_SUITE_P(Access, OneVolumeRaceTest,
                         testing::Values(Access::kMount, Access::kBlock),
                         [](const auto& each) {
                           return each.param == Access::kMount ? "Mount"
                                                               : "Block";
                         });

}  // namespace
}  // namespace holdfast::root
