// Sizes: negative, reversed, beyond counting, below what is there.

#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

class SizesTest : public InputTest {};

const std::vector<Row>& RangesWithoutASize() {
  static const auto* const kRows = new std::vector<Row>{
      {"a negative size", "capacity_range { required_bytes: -1 }",
       grpc::OUT_OF_RANGE, "required_bytes=-1"},
      {"the most negative size",
       "capacity_range { required_bytes: -9223372036854775808 }",
       grpc::OUT_OF_RANGE, "required_bytes"},
      {"a negative limit",
       "capacity_range { required_bytes: 0 limit_bytes: -1 }",
       grpc::OUT_OF_RANGE, "limit_bytes=-1"},
      {"a negative size and limit",
       "capacity_range { required_bytes: -2 limit_bytes: -1 }",
       grpc::OUT_OF_RANGE, "limit_bytes=-1"},
      {"a limit below the size",
       "capacity_range { required_bytes: 536870913 limit_bytes: 536870912 }",
       grpc::OUT_OF_RANGE, "limit_bytes=536870912"},
      {"a limit that no block fits below",
       "capacity_range { required_bytes: 1 limit_bytes: 4095 }",
       grpc::OUT_OF_RANGE, "limit"},
      {"the largest number",
       "capacity_range { required_bytes: 9223372036854775807 }",
       grpc::OUT_OF_RANGE, "9223372036854775807"},
      {"the largest number that rounds up beyond counting",
       "capacity_range { required_bytes: 9223372036854771713 }",
       grpc::OUT_OF_RANGE, "9223372036854771713"},
  };
  return *kRows;
}

TEST_P(SizesTest, NoVolumeIsMadeInARangeWithoutASize) {
  ExpectRefused("CreateVolume", RangesWithoutASize());
}

TEST_P(SizesTest, NoVolumeGrowsIntoARangeWithoutASize) {
  ExpectRefused("ControllerExpandVolume", RangesWithoutASize());
  ExpectRefused("ControllerExpandVolume",
                {{"a limit below its size",
                  "capacity_range { required_bytes: 0 limit_bytes: 4096 }",
                  grpc::OUT_OF_RANGE, "limit"},
                 {"a range of nothing", "capacity_range { required_bytes: 0 }",
                  grpc::INVALID_ARGUMENT, "capacity_range"}});
}

TEST_P(SizesTest, MoreThanThePoolHasIsNoRoom) {
  const std::vector<Row> rows = {
      {"an exbibyte", "capacity_range { required_bytes: 1152921504606846976 }",
       grpc::RESOURCE_EXHAUSTED, "bytes"},
      {"the largest number of whole blocks",
       "capacity_range { required_bytes: 9223372036854771712 }",
       grpc::RESOURCE_EXHAUSTED, "bytes"}};
  ExpectRefused("CreateVolume", rows);
  ExpectRefused("ControllerExpandVolume", rows);
}

TEST_P(SizesTest, AVolumeIsNoSmallerThanItsSource) {
  ExpectRefused(
      "CreateVolume",
      {{"a restore",
        "capacity_range { required_bytes: 4096 } "
        "volume_content_source { snapshot { snapshot_id: "
        "'$snapshot' } }",
        grpc::OUT_OF_RANGE, "source"},
       {"a clone with a limit",
        "capacity_range { limit_bytes: 4096 } volume_content_source { volume { "
        "volume_id: '$volume' } }",
        grpc::OUT_OF_RANGE, "limit"}});
}

TEST_P(SizesTest, ASizeMayBeLeftOpenOnEitherSide) {
  ExpectTaken("CreateVolume", "name: 'a' capacity_range {}");
  ExpectTaken("CreateVolume", "name: 'b' capacity_range { required_bytes: 1 }");
  ExpectTaken("CreateVolume",
              "name: 'c' capacity_range { limit_bytes: 9223372036854775807 }");
}

TEST_P(SizesTest, TheNodeDoesNotSayYesToASizeThatIsNotThere) {
  ExpectRefused(
      "NodeExpandVolume",
      {{"negative", "capacity_range { required_bytes: -1 }", grpc::OUT_OF_RANGE,
        "required_bytes=-1"},
       {"reversed", "capacity_range { required_bytes: 2 limit_bytes: 1 }",
        grpc::OUT_OF_RANGE, "limit_bytes=1"},
       {"more than the device has",
        "capacity_range { required_bytes: 9223372036854775807 }",
        grpc::OUT_OF_RANGE, "ControllerExpandVolume"},
       {"less than the device has", "capacity_range { limit_bytes: 4096 }",
        grpc::OUT_OF_RANGE, "268435456"}});
}

INSTANTIATE_TEST_SUITE_P(Input, SizesTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
