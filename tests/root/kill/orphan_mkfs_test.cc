// A node daemon is killed while mkfs makes a template. The program lives on: it
// is held up, and goes on writing only when the next daemon has made the same
// template and is about to publish it.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/world.h"
#include "tests/root/kill/inventory.h"
#include "tests/root/kill/scenario.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSize = 32 * kMiB;
constexpr int64_t kLabelAt = 0x478;  // ext4's s_volume_name
constexpr absl::Duration kPatience = absl::Seconds(30);

// What the daemon finds as mkfs.ext4, in the directory DIR. The first build
// holds a lock for as long as it lives, and waits; what it writes in the end
// is labelled. The second one lets it go on when it has made its own, and
// waits for the lock.
constexpr char kSlowMkfs[] = R"(#!/bin/sh
if [ "$1" = -V ]; then exec REAL "$@"; fi
if mkdir DIR/first 2>/dev/null; then
  exec 9>DIR/lock
  flock 9
  touch DIR/held
  while [ ! -e DIR/go ]; do sleep 0.01; done
  exec REAL -L orphan "$@"
fi
REAL "$@" || exit
touch DIR/go
exec flock DIR/lock true
)";

std::string Replace(std::string text, const std::string& word,
                    const std::string& by) {
  for (size_t at = 0; (at = text.find(word, at)) != std::string::npos;
       at += by.size()) {
    text.replace(at, word.size(), by);
  }
  return text;
}

class OrphanMkfsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(std::string real,
                         RunProgram({"sh", "-c", "command -v mkfs.ext4"}));
    real.erase(real.find_last_not_of('\n') + 1);
    directory_ = world_.scratch().MakeDirectory("m");
    const std::string program = directory_ + "/mkfs.ext4";
    std::ofstream(program) << Replace(Replace(kSlowMkfs, "REAL", real), "DIR",
                                      directory_);
    ASSERT_EQ(chmod(program.c_str(), 0700), 0);
    setenv("PATH", absl::StrCat(directory_, ":", path_).c_str(), 1);
    ASSERT_OK(world_.Start());
  }

  void TearDown() override { setenv("PATH", path_.c_str(), 1); }

  bool AwaitHeldMkfs() {
    const absl::Time deadline = absl::Now() + kPatience;
    while (!std::filesystem::exists(directory_ + "/held")) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(1));  // a script tells by files
    }
    return true;
  }

  // Of the ext4 in a volume's data file.
  absl::StatusOr<std::string> Label(const std::string& id) {
    ASSIGN_OR_RETURN(const std::string field,
                     ReadAt(world_.DataFile(id), kLabelAt, 16));
    return std::string(field.c_str());
  }

  const std::string path_ = std::getenv("PATH");
  World world_;
  std::string directory_;
};

TEST_F(OrphanMkfsTest, WritesIntoNothingThatTheRetryMakes) {
  const CreateArgs args = {.name = "first", .bytes = kSize};
  absl::Status called;
  std::thread caller(
      [&] { called = world_.csi().CreateVolume(args).status(); });
  const bool held = AwaitHeldMkfs();
  world_.daemons().KillNode();
  caller.join();
  ASSERT_TRUE(held) << called;
  EXPECT_EQ(called.code(), absl::StatusCode::kUnavailable) << called;

  ASSERT_OK(world_.daemons().Restart());
  ASSERT_OK_AND_ASSIGN(const VolumeFact volume,
                       world_.csi().CreateVolume(args));
  EXPECT_TRUE(std::filesystem::exists(directory_ + "/go")) << "no second build";
  EXPECT_TRUE(ReapOrphans(
      {world_.daemons().node_pid(), world_.daemons().controller_pid()},
      absl::Now() + kPatience));

  ASSERT_OK_AND_ASSIGN(const VolumeFact later,
                       world_.csi().CreateVolume({"later", kSize}));
  for (const std::string& id : {volume.id, later.id}) {
    ASSERT_OK_AND_ASSIGN(const std::string label, Label(id));
    EXPECT_EQ(label, "");
    EXPECT_OK(RunProgram({"e2fsck", "-fn", world_.DataFile(id)}));
    EXPECT_OK(ProveUsable(world_, world_.Places(id, Access::kMount), 1));
  }
  EXPECT_OK(CheckOrder(world_));
}

}  // namespace
}  // namespace holdfast::root
