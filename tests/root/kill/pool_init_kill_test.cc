// `holdfast pool init` is killed at each of its system calls with an effect.
// The same command again makes the pool, or says plainly why not; nothing of
// the first one is left over.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/loop_device.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/kill/traced_start.h"

namespace holdfast::root {
namespace {

constexpr int64_t kDiskBytes = int64_t{1} << 30;  // sparse
constexpr absl::Duration kPatience = absl::Seconds(60);

class PoolInitKillTest : public testing::Test {
 protected:
  std::vector<std::string> Init(const std::string& where) const {
    std::vector<std::string> argv = {SiblingProgram("holdfast"), "pool",
                                     "init"};
    for (const absl::string_view word : absl::StrSplit(where, ' ')) {
      argv.emplace_back(word);
    }
    return argv;
  }

  Trace KilledInit(const std::string& where, const TracePlan& plan) {
    auto traced = StartTraced(Init(where), scratch_.Sub("log"), plan);
    EXPECT_OK(traced);
    if (!traced.ok()) return {};
    EXPECT_OK(traced->process.Wait(absl::Now() + kPatience));
    const Trace trace = traced->tracer.Finish();
    EXPECT_TRUE(ReapOrphans({}, absl::Now() + kPatience));
    return trace;
  }

  // OK if it is made, or was made before the kill and says `there`.
  absl::Status InitAgain(const std::string& where, const std::string& there) {
    const absl::Status again = RunProgram(Init(where)).status();
    if (absl::StrContains(again.message(), there)) return absl::OkStatus();
    return again;
  }

  // Opens it, wherever it is, and finds it in order.
  absl::Status Prove(const std::string& place) {
    return RunProgram({SiblingProgram("holdfast"), "pool", "upgrade", place})
        .status();
  }

  Trace KilledUpgrade(const std::string& place, const TracePlan& plan) {
    auto traced =
        StartTraced({SiblingProgram("holdfast"), "pool", "upgrade", place},
                    scratch_.Sub("log"), plan);
    EXPECT_OK(traced);
    if (!traced.ok()) return {};
    EXPECT_OK(traced->process.Wait(absl::Now() + kPatience));
    return traced->tracer.Finish();
  }

  std::set<std::string> NamesIn(const std::string& directory) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  Scratch scratch_;
};

TEST_F(PoolInitKillTest, OfADirectory) {
  ASSERT_OK(MakeXfs(scratch_.Sub("disk"), kDiskBytes, scratch_.Sub("x")));
  const std::string pool = scratch_.Sub("x/pool");
  ASSERT_OK(RunProgram(Init(pool)));
  const std::set<std::string> whole = NamesIn(pool);
  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    std::filesystem::remove_all(pool);
    const Trace trace = KilledInit(pool, plan);
    EXPECT_OK(InitAgain(pool, "is a pool already"));
    EXPECT_EQ(NamesIn(pool), whole);
    EXPECT_TRUE(NamesIn(pool + "/incoming").empty());
    EXPECT_OK(Prove(pool));
    return trace;
  });
}

TEST_F(PoolInitKillTest, OfAnImage) {
  const std::string directory = scratch_.MakeDirectory("i");
  const std::string image = directory + "/image";
  const std::string where = absl::StrCat("--image=", image, " --size=512MiB");
  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    std::filesystem::remove(image);
    const Trace trace = KilledInit(where, plan);
    EXPECT_OK(InitAgain(where, "exists"));
    EXPECT_EQ(NamesIn(directory), std::set<std::string>{"image"});
    EXPECT_TRUE(MountsBelow(scratch_.path()).empty());
    EXPECT_TRUE(LoopsBelow(scratch_.path()).empty());
    EXPECT_OK(Prove(image));
    EXPECT_TRUE(LoopsBelow(scratch_.path()).empty());
    return trace;
  });
}

TEST_F(PoolInitKillTest, OfAnUpgradeOfAnImage) {
  const std::string image = scratch_.MakeDirectory("i") + "/image";
  EXPECT_OK(
      RunProgram(Init(absl::StrCat("--image=", image, " --size=512MiB"))));
  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    const Trace trace = KilledUpgrade(image, plan);
    EXPECT_OK(Prove(image));
    EXPECT_TRUE(LoopsBelow(scratch_.path()).empty());
    return trace;
  });
}

// What it began is not told from what a person put there, so a person clears
// it: that must be possible.
class DeviceInitKillTest : public PoolInitKillTest {
 protected:
  void SetUp() override {
    std::ofstream(scratch_.Sub("disk")).close();
    std::filesystem::resize_file(scratch_.Sub("disk"), kDiskBytes);
    ASSERT_OK_AND_ASSIGN(device_, AttachLoop(scratch_.Sub("disk")));
  }

  absl::Status Wipe() {
    RETURN_IF_ERROR(RunProgram({"wipefs", "--all", device_}).status());
    return RunProgram({"blkdiscard", "--zeroout", device_}).status();
  }

  bool IsMounted() {
    for (const MountEntry& mount : MountsBelow("")) {
      if (mount.source == device_) return true;
    }
    return false;
  }

  std::string device_;
};

// The same for `holdfast pool upgrade`, which mounts the pool as init does.
TEST_F(DeviceInitKillTest, OfAnUpgrade) {
  EXPECT_OK(RunProgram(Init("--device=" + device_)));
  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    const Trace trace = KilledUpgrade(device_, plan);
    EXPECT_OK(Prove(device_));
    EXPECT_FALSE(IsMounted());
    return trace;
  });
}

TEST_F(DeviceInitKillTest, OfADevice) {
  int refused = 0;
  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    EXPECT_OK(Wipe());
    const Trace trace = KilledInit("--device=" + device_, plan);
    const absl::Status again = RunProgram(Init("--device=" + device_)).status();
    EXPECT_FALSE(IsMounted());
    if (!again.ok()) {
      ++refused;
      EXPECT_TRUE(absl::StrContains(again.message(), "not blank")) << again;
      EXPECT_OK(Wipe());
      EXPECT_OK(RunProgram(Init("--device=" + device_)));
      EXPECT_FALSE(IsMounted());
    }
    EXPECT_OK(Prove(device_));
    return trace;
  });
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace holdfast::root
