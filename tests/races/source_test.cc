// What a call does to the source of another that is under way: nothing. At
// each system call of the one the other is tried, so no luck is needed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/races/daemon.h"
#include "tests/races/direct_csi.h"

namespace holdfast::races {
namespace {

using root::Access;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kMiB = int64_t{1} << 20;

class SourceRaceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto volume = csi_.CreateVolume(Sized("source"));
    ASSERT_TRUE(volume.ok()) << volume.status();
    source_ = volume->id;
  }
  void TearDown() override { daemon_.kernel().calls().OnCall(nullptr); }

  static root::CreateArgs Sized(const std::string& name) {
    return {.name = name, .bytes = 64 * kMiB, .access = Access::kBlock};
  }
  root::CreateArgs CloneOf(const std::string& volume) const {
    root::CreateArgs args = Sized("clone");
    args.from_volume = volume;
    return args;
  }

  // Makes the call; before each of its system calls `other` is made, and must
  // be refused as long as the call has not ended.
  absl::Status WithAtEachStep(const std::function<absl::Status()>& call,
                              const std::function<absl::Status()>& other) {
    int steps = 0;
    bool inside = false;
    daemon_.kernel().calls().OnCall([&](const fakes::Call& at) {
      if (inside || HasFailure()) return;
      inside = true;
      const absl::Status status = other();
      EXPECT_EQ(status.code(), absl::StatusCode::kAborted)
          << status << " at " << at.name << " " << at.argument;
      inside = false;
      ++steps;
    });
    const absl::Status status = call();
    daemon_.kernel().calls().OnCall(nullptr);
    EXPECT_GT(steps, 2);
    return status;
  }

  absl::Status Snapshot() { return csi_.CreateSnapshot("s", source_).status(); }
  absl::Status Delete() { return csi_.DeleteVolume(source_); }
  absl::Status Expand() {
    return csi_.ControllerExpand(source_, 128 * kMiB).status();
  }
  absl::Status Clone() { return csi_.CreateVolume(CloneOf(source_)).status(); }

  void ExpectSnapshot(int64_t bytes) {
    const auto snapshots = csi_.ListSnapshots();
    ASSERT_TRUE(snapshots.ok()) << snapshots.status();
    ASSERT_THAT(*snapshots, SizeIs(1));
    EXPECT_EQ(snapshots->front().bytes, bytes);
    EXPECT_EQ(snapshots->front().source_volume, source_);
  }

  Daemon daemon_;
  DirectCsi csi_{daemon_};
  std::string source_;
};

TEST_F(SourceRaceTest, WhatIsBeingSnapshotIsNotDeleted) {
  EXPECT_EQ(WithAtEachStep([this] { return Snapshot(); },
                           [this] { return Delete(); }),
            absl::OkStatus());
  ExpectSnapshot(64 * kMiB);
  EXPECT_EQ(Delete(), absl::OkStatus());
}

TEST_F(SourceRaceTest, WhatIsBeingSnapshotDoesNotGrow) {
  EXPECT_EQ(WithAtEachStep([this] { return Snapshot(); },
                           [this] { return Expand(); }),
            absl::OkStatus());
  ExpectSnapshot(64 * kMiB);
  EXPECT_EQ(Expand(), absl::OkStatus());
  ExpectSnapshot(64 * kMiB);
}

TEST_F(SourceRaceTest, WhatIsBeingDeletedIsNotSnapshot) {
  EXPECT_EQ(WithAtEachStep([this] { return Delete(); },
                           [this] { return Snapshot(); }),
            absl::OkStatus());
  EXPECT_THAT(*csi_.ListSnapshots(), IsEmpty());
  EXPECT_EQ(Snapshot().code(), absl::StatusCode::kNotFound);
}

TEST_F(SourceRaceTest, WhatGrowsIsNotSnapshot) {
  EXPECT_EQ(WithAtEachStep([this] { return Expand(); },
                           [this] { return Snapshot(); }),
            absl::OkStatus());
  EXPECT_THAT(*csi_.ListSnapshots(), IsEmpty());
  EXPECT_EQ(Snapshot(), absl::OkStatus());
  ExpectSnapshot(128 * kMiB);
}

TEST_F(SourceRaceTest, WhatIsBeingClonedIsNotDeleted) {
  EXPECT_EQ(
      WithAtEachStep([this] { return Clone(); }, [this] { return Delete(); }),
      absl::OkStatus());
  EXPECT_EQ(Delete(), absl::OkStatus());
}

TEST_F(SourceRaceTest, WhatIsBeingClonedDoesNotGrow) {
  EXPECT_EQ(
      WithAtEachStep([this] { return Clone(); }, [this] { return Expand(); }),
      absl::OkStatus());
  const auto clone = csi_.CreateVolume(CloneOf(source_));
  ASSERT_TRUE(clone.ok()) << clone.status();
  EXPECT_EQ(clone->bytes, 64 * kMiB);
}

TEST_F(SourceRaceTest, WhatIsBeingRestoredIsNotDeleted) {
  const auto snapshot = csi_.CreateSnapshot("s", source_);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  root::CreateArgs args = Sized("restored");
  args.from_snapshot = snapshot->id;
  EXPECT_EQ(WithAtEachStep([&] { return csi_.CreateVolume(args).status(); },
                           [&] { return csi_.DeleteSnapshot(snapshot->id); }),
            absl::OkStatus());
  EXPECT_EQ(csi_.DeleteSnapshot(snapshot->id), absl::OkStatus());
}

}  // namespace
}  // namespace holdfast::races
