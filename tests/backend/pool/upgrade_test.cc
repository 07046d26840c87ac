// Raising the format of a pool, with formats that do not exist.

#include "backend/pool/pool_upgrade.h"

#include <cerrno>

#include "backend/pool/pool_file.h"
#include "base/status.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::IsEmpty;
using Code = absl::StatusCode;

class UpgradeTest : public ::testing::Test {
 protected:
  UpgradeTest() {
    kernel_.AddDisk("/pool");
    uuid_ = InitPool(Os(), layout_)->uuid;
  }
  ~UpgradeTest() override {
    EXPECT_EQ(kernel_.OpenFds(), 0);
    EXPECT_THAT(kernel_.violations(), IsEmpty());
  }

  PoolFiles Os() { return {kernel_.files(), kernel_.data_files()}; }
  // Makes the directory /pool/format<N+1>.
  static FormatStep StepFrom(uint32_t from) {
    return {
        .from = from, .apply = [from](const PoolFiles& os, const Layout& l) {
          const absl::Status made = os.files.MakeDirectory(Made(l, from + 1));
          if (!made.ok() && !IsErrno(made, EEXIST)) return made;
          return os.files.SyncDirectory(l.root());
        }};
  }
  static std::string Made(const Layout& l, uint32_t format) {
    return absl::StrCat(l.root(), "/format", format);
  }
  bool IsMade(uint32_t format) {
    return kernel_.files().Stat(Made(layout_, format)).ok();
  }
  static Formats UpTo(uint32_t newest, std::vector<uint32_t> served) {
    return {.newest = newest, .served = std::move(served)};
  }
  uint32_t FormatOf() {
    const auto header = ReadHeader(Os(), layout_, UpTo(9, {}));
    EXPECT_TRUE(header.ok()) << header.status();
    if (!header.ok()) return 0;
    EXPECT_EQ(header->uuid, uuid_);
    return header->format_version;
  }

  const std::vector<FormatStep> steps_ = {StepFrom(1), StepFrom(2)};
  fakes::FakeKernel kernel_;
  const Layout layout_{"/pool"};
  std::string uuid_;
};

TEST_F(UpgradeTest, TheFormatOfTodayIsTheNewest) {
  const auto upgraded = Upgrade(Os(), layout_);
  ASSERT_TRUE(upgraded.ok()) << upgraded.status();
  EXPECT_EQ(upgraded->from, kFormatVersion);
  EXPECT_EQ(upgraded->to, kFormatVersion);
  for (size_t i = 1; i < FormatSteps().size(); ++i) {
    EXPECT_EQ(FormatSteps()[i].from, FormatSteps()[i - 1].from + 1);
  }
}

TEST_F(UpgradeTest, EachStepIsDoneOnceAndLasts) {
  const auto upgraded = Upgrade(Os(), layout_, steps_);
  ASSERT_TRUE(upgraded.ok()) << upgraded.status();
  EXPECT_EQ(upgraded->from, 1u);
  EXPECT_EQ(upgraded->to, 3u);
  kernel_.PowerCut();
  EXPECT_EQ(FormatOf(), 3u);
  EXPECT_TRUE(IsMade(2));
  EXPECT_TRUE(IsMade(3));
  EXPECT_EQ(Upgrade(Os(), layout_, steps_)->from, 3u);
}

TEST_F(UpgradeTest, OnlyTheMissingStepsAreDone) {
  ASSERT_TRUE(Upgrade(Os(), layout_, {StepFrom(1)}).ok());
  ASSERT_TRUE(kernel_.files().RemoveDirectory(Made(layout_, 2)).ok());
  ASSERT_TRUE(Upgrade(Os(), layout_, steps_).ok());
  EXPECT_FALSE(IsMade(2));
  EXPECT_TRUE(IsMade(3));
}

TEST_F(UpgradeTest, AFormatThatNoStepBeginsAtIsRefused) {
  const absl::Status refused = Upgrade(Os(), layout_, {StepFrom(2)}).status();
  EXPECT_THAT(refused, HasCode(Code::kFailedPrecondition));
  EXPECT_EQ(FormatOf(), 1u);
}

TEST_F(UpgradeTest, APoolThatIsOwnedIsLeftAlone) {
  const auto owner = OwnPool(Os(), layout_);
  ASSERT_TRUE(owner.ok());
  EXPECT_THAT(Upgrade(Os(), layout_, steps_).status(),
              HasCode(Code::kUnavailable));
  EXPECT_EQ(FormatOf(), 1u);
}

TEST_F(UpgradeTest, NobodyOwnsThePoolBetweenTwoSteps) {
  std::vector<FormatStep> steps = steps_;
  steps[1].apply = [this](const PoolFiles&, const Layout&) {
    EXPECT_THAT(OwnPool(Os(), layout_, UpTo(3, {1, 2, 3})).status(),
                HasCode(Code::kUnavailable));
    return absl::OkStatus();
  };
  EXPECT_TRUE(Upgrade(Os(), layout_, steps).ok());
}

TEST_F(UpgradeTest, OpeningServesAnOlderFormatAndDoesNotRaiseIt) {
  { EXPECT_TRUE(OwnPool(Os(), layout_, UpTo(3, {1, 3})).ok()); }
  EXPECT_EQ(FormatOf(), 1u);
}

TEST_F(UpgradeTest, OpeningNamesTheCommandForAFormatNoLongerServed) {
  const absl::Status refused = OwnPool(Os(), layout_, UpTo(3, {2, 3})).status();
  EXPECT_THAT(refused, HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(refused, SaysAll(std::vector<std::string>{
                           "format 1", "holdfast pool upgrade /pool"}));
}

TEST_F(UpgradeTest, ANewerFormatIsRefusedByAll) {
  ASSERT_TRUE(Upgrade(Os(), layout_, steps_).ok());
  EXPECT_THAT(OwnPool(Os(), layout_).status(),
              HasCode(Code::kFailedPrecondition));
  EXPECT_THAT(Upgrade(Os(), layout_).status(),
              HasCode(Code::kFailedPrecondition));
  EXPECT_EQ(FormatOf(), 3u);
}

// Cut short before and failing at each call, by the end of the process and by
// a power cut: there is a header at all times, and the next call completes.
class CutShortTest : public UpgradeTest,
                     public ::testing::WithParamInterface<int> {};

TEST_P(CutShortTest, TheNextCallCompletes) {
  const int cut = GetParam();
  for (int i = 1;; ++i) {
    fakes::FakeKernel kernel;
    kernel.AddDisk("/pool");
    const PoolFiles os{kernel.files(), kernel.data_files()};
    const std::string uuid = InitPool(os, layout_)->uuid;
    kernel.calls().Reset();
    if (cut == 0) {
      kernel.calls().FailCall(i, EIO);
    } else {
      kernel.calls().StopAt(i);
    }
    const bool whole = Upgrade(os, layout_, steps_).ok();
    kernel.calls().ClearFaults();
    if (cut == 1) kernel.RestartProcess();
    if (cut == 2) kernel.PowerCut();
    const auto header = ReadHeader(os, layout_, UpTo(9, {}));
    ASSERT_TRUE(header.ok()) << i << header.status();
    EXPECT_EQ(header->uuid, uuid) << i;
    const auto again = Upgrade(os, layout_, steps_);
    ASSERT_TRUE(again.ok()) << i << again.status();
    kernel.PowerCut();
    EXPECT_EQ(ReadHeader(os, layout_, UpTo(9, {}))->format_version, 3u) << i;
    EXPECT_TRUE(kernel.files().Stat(Made(layout_, 3)).ok()) << i;
    if (!whole) continue;
    EXPECT_GT(i, 10);
    return;
  }
}

INSTANTIATE_TEST_SUITE_P(Cuts, CutShortTest, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace holdfast::pool
