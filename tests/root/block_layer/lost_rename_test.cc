// A proof that forgotten syncs are found: a program that renames files of an
// XFS on a CachedDisk, with and without the fsync of the directory that makes
// a rename durable (fsync(2)), and says each time that it is done. Cuts and
// the judgement are those of tests/root/power_cut.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/root/block_layer/cached_disk.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/load/history.h"

namespace holdfast::root {
namespace {

constexpr int64_t kBytes = int64_t{512} << 20;
constexpr int kCuts = 12;

enum class Care { kSynced, kForgotten };

class LostRenameTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MakeXfs(scratch_.Sub("outer"), 2 * kBytes, scratch_.Sub("o")));
    ASSERT_OK(FormatXfs(scratch_.Sub("o/medium"), kBytes));
    ASSERT_OK_AND_ASSIGN(auto disk, CachedDisk::Start(scratch_.Sub("o/medium"),
                                                      scratch_.Sub("f")));
    disk_.emplace(std::move(disk));
    ASSERT_OK(MountImage(disk_->file(), scratch_.Sub("x")));
  }

  absl::Status SyncDirectory() {
    const UniqueFd fd(open(scratch_.Sub("x").c_str(), O_RDONLY | O_CLOEXEC));
    if (fsync(fd.get()) == 0) return absl::OkStatus();
    return ErrnoError("fsync", "the directory", errno);
  }

  // Makes the file old<i>, durably, and renames it to new<i>.
  absl::Status MakeAndRename(int i, Care care) {
    const std::string old_name = absl::StrCat("old", i);
    const std::string new_name = absl::StrCat("new", i);
    RETURN_IF_ERROR(WriteAt(scratch_.Sub("x/" + old_name), 0, "data"));
    RETURN_IF_ERROR(SyncDirectory());
    const Facts renamed = {{old_name, ""}, {new_name, "there"}};
    history_.Begin(renamed);
    if (std::rename(scratch_.Sub("x/" + old_name).c_str(),
                    scratch_.Sub("x/" + new_name).c_str()) != 0) {
      return ErrnoError("rename", old_name, errno);
    }
    if (care == Care::kSynced) RETURN_IF_ERROR(SyncDirectory());
    history_.Acknowledge(renamed);
    return absl::OkStatus();
  }

  // What is wrong after a cut, if something is.
  absl::StatusOr<bool> IsWrongAfterCut(const CutSpec& spec) {
    const std::string image = scratch_.Sub("o/cut");
    const std::string mount_point = scratch_.Sub("c");
    Cut cut = {.begin = absl::Now()};
    RETURN_IF_ERROR(disk_->Cut(spec, image));
    cut.end = absl::Now();
    ASSIGN_OR_RETURN(const std::string device, MountImage(image, mount_point));
    Facts found;
    for (const auto& entry : std::filesystem::directory_iterator(mount_point)) {
      found[entry.path().filename()] = "there";
    }
    RETURN_IF_ERROR(UnmountImage(device, mount_point));
    std::filesystem::remove(image);
    return !history_.Judge(cut, found).empty();
  }

  // Of kCuts cuts, each after one more rename.
  int WrongCuts(Care care) {
    constexpr std::array kKinds = {Loss::kNothing, Loss::kEverything,
                                   Loss::kSome};
    int wrong = 0;
    for (int i = 0; i < kCuts; ++i) {
      EXPECT_OK(MakeAndRename(i, care));
      const auto is_wrong = IsWrongAfterCut(
          {.loss = kKinds[static_cast<size_t>(i) % kKinds.size()],
           .seed = static_cast<uint64_t>(i)});
      EXPECT_OK(is_wrong);
      wrong += is_wrong.ok() && *is_wrong ? 1 : 0;
    }
    return wrong;
  }

  Scratch scratch_;
  std::optional<CachedDisk> disk_;
  History history_;
};

TEST_F(LostRenameTest, ARenameThatWasSyncedIsInEveryCut) {
  EXPECT_EQ(WrongCuts(Care::kSynced), 0);
}

TEST_F(LostRenameTest, ARenameThatWasNotSyncedIsFoundOut) {
  EXPECT_EQ(WrongCuts(Care::kForgotten), kCuts);
}

}  // namespace
}  // namespace holdfast::root
