// One name, many creates.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/races/at_once.h"
#include "tests/races/daemon.h"

namespace holdfast::races {
namespace {

using ::testing::SizeIs;

constexpr int64_t kMiB = int64_t{1} << 20;

class CreateRaceTest : public ::testing::Test {
 protected:
  // Exactly this size.
  absl::StatusOr<csi::v1::Volume> Create(const std::string& name,
                                         int64_t bytes) {
    csi::v1::CreateVolumeRequest request;
    request.set_name(name);
    request.mutable_capacity_range()->set_required_bytes(bytes);
    request.mutable_capacity_range()->set_limit_bytes(bytes);
    auto& capability = *request.add_volume_capabilities();
    capability.mutable_mount();
    capability.mutable_access_mode()->set_mode(
        csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
    csi::v1::CreateVolumeResponse response;
    RETURN_IF_ERROR(Daemon::Call(daemon_.controller(),
                                 &controller::ControllerService::CreateVolume,
                                 request, response));
    return response.volume();
  }
  // Repeated, as an orchestrator does, while another call has the volume.
  absl::StatusOr<csi::v1::Volume> CreateAtLast(const std::string& name,
                                               int64_t bytes) {
    while (true) {
      auto made = Create(name, bytes);
      if (!absl::IsAborted(made.status())) return made;
      ++aborted_;
      absl::SleepFor(absl::Microseconds(200));
    }
  }

  std::vector<std::string> Volumes() {
    return daemon_.kernel().PathsUnder("/pool/volumes");
  }

  Daemon daemon_;
  std::atomic<int> aborted_ = 0;
};

TEST_F(CreateRaceTest, AThousandCreatesOfOneNameGiveOneVolume) {
  constexpr int kCallers = 1000;
  std::vector<absl::StatusOr<csi::v1::Volume>> answers(
      kCallers, absl::UnknownError("no answer"));
  AtOnce(kCallers, [&](int i) {
    answers[static_cast<size_t>(i)] = Create("one", 64 * kMiB);
  });
  const auto last = Create("one", 64 * kMiB);
  ASSERT_TRUE(last.ok()) << last.status();
  int made = 0;
  for (const auto& answer : answers) {
    if (absl::IsAborted(answer.status())) continue;
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->SerializeAsString(), last->SerializeAsString());
    ++made;
  }
  EXPECT_GT(made, 0);
  EXPECT_THAT(Volumes(), SizeIs(1));
  EXPECT_THAT(daemon_.kernel().PathsUnder("/pool/incoming"), SizeIs(0));
  EXPECT_THAT(daemon_.kernel().formatted_paths(), SizeIs(1));
}

TEST_F(CreateRaceTest, OfTwoSizesOneWins) {
  constexpr int kNames = 20;
  constexpr int kCallers = 16;
  for (int name = 0; name < kNames; ++name) {
    std::atomic<int64_t> won = 0;
    AtOnce(kCallers, [&](int i) {
      const int64_t asked = (i % 2 == 0 ? 64 : 96) * kMiB;
      const auto made = CreateAtLast("v" + std::to_string(name), asked);
      if (!made.ok()) {
        EXPECT_TRUE(absl::IsAlreadyExists(made.status())) << made.status();
        return;
      }
      EXPECT_EQ(made->capacity_bytes(), asked);
      const int64_t before = won.exchange(asked);
      EXPECT_TRUE(before == 0 || before == asked) << before;
    });
    EXPECT_NE(won, 0);
    EXPECT_THAT(Volumes(), SizeIs(name + 1));
  }
  // Else nothing was raced.
  EXPECT_GT(aborted_, 0);
}

}  // namespace
}  // namespace holdfast::races
