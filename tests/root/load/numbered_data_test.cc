#include "tests/root/load/numbered_data.h"

#include <gtest/gtest.h>

#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {
namespace {

class NumberedDataTest : public testing::TestWithParam<Access> {
 protected:
  void SetUp() override {
    if (GetParam() == Access::kMount) scratch_.MakeDirectory("target");
    if (GetParam() == Access::kBlock) {
      ASSERT_OK(WriteAt(target_, 0, std::string(kBlank, '\0')));
    }
  }

  // Overwrites the middle of the slot of this number.
  absl::Status Tear(uint64_t number) {
    if (GetParam() == Access::kBlock) {
      const int64_t slot = static_cast<int64_t>(number % 2) *
                           static_cast<int64_t>(NumberedData::kSlotBytes);
      return WriteAt(target_, slot + 5000, "torn");
    }
    return WriteAt(target_ + (number % 2 == 0 ? "/even" : "/odd"), 5000,
                   "torn");
  }

  static constexpr size_t kBlank = 1 << 20;
  Scratch scratch_;
  const std::string target_ = scratch_.Sub("target");
  const NumberedData data_{target_, GetParam()};
};

TEST_P(NumberedDataTest, NothingIsReadOfABlankVolume) {
  EXPECT_EQ(*data_.Read(), 0U);
}

TEST_P(NumberedDataTest, TheNewestIsReadAndATornOneIsNot) {
  for (const uint64_t number : {4, 7, 10}) {
    ASSERT_OK(data_.Write(number));
    EXPECT_EQ(*data_.Read(), number);
  }
  ASSERT_OK(Tear(10));
  EXPECT_EQ(*data_.Read(), 7U);
  ASSERT_OK(Tear(7));
  EXPECT_EQ(*data_.Read(), 0U);
}

INSTANTIATE_TEST_SUITE_P(EachAccess, NumberedDataTest,
                         testing::Values(Access::kMount, Access::kBlock));

}  // namespace
}  // namespace holdfast::root
