// Listings: tokens of every wrong kind, negative counts.

#include "absl/strings/str_cat.h"
#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

class ListsTest : public InputTest {
 protected:
  csi::v1::ListVolumesResponse Volumes(const std::string& text) {
    return dynamic_cast<csi::v1::ListVolumesResponse&>(
        *ExpectTaken("ListVolumes", text).response);
  }
  csi::v1::ListSnapshotsResponse Snapshots(const std::string& text) {
    return dynamic_cast<csi::v1::ListSnapshotsResponse&>(
        *ExpectTaken("ListSnapshots", text).response);
  }
  static std::string Token(const std::string& token) {
    return absl::StrCat("starting_token: '", token, "'");
  }
  static std::vector<Row> BadTokens(const std::string& of_another_list) {
    std::vector<Row> rows;
    for (const auto& token :
         {std::string("garbage"), std::string("0"), std::string("-1"),
          std::string("18446744073709551616"), std::string("\\000"),
          std::string("\\377"), std::string("../../etc/passwd"),
          std::string(" "), std::string(129, 'x'), std::string(10000, 'x'),
          of_another_list + "\\000", of_another_list}) {
      rows.push_back({absl::StrCat("token ", token.substr(0, 80)), Token(token),
                      grpc::ABORTED, "list again"});
    }
    return rows;
  }
};

TEST_P(ListsTest, TokensThatThisListHasNotGivenAreAborted) {
  ExpectRefused("ListVolumes", BadTokens("$snapshot"));
  ExpectRefused("ListSnapshots", BadTokens("$volume"));
}

TEST_P(ListsTest, NegativeCountsAreRefused) {
  for (const char* rpc : {"ListVolumes", "ListSnapshots"}) {
    ExpectRefused(rpc, {{"-1", "max_entries: -1", grpc::INVALID_ARGUMENT,
                         "max_entries is -1"},
                        {"the least", "max_entries: -2147483648",
                         grpc::INVALID_ARGUMENT, "max_entries"}});
  }
}

TEST_P(ListsTest, TheMostThatCanBeAskedForIsAll) {
  EXPECT_EQ(Volumes("max_entries: 2147483647").entries_size(), 2);
  EXPECT_EQ(Snapshots("max_entries: 2147483647").entries_size(), 1);
}

TEST_P(ListsTest, ATokenAfterTheLastIsTheEmptyRest) {
  const auto all = Volumes("");
  const std::string last = all.entries(1).volume().volume_id();
  const auto rest = Volumes(Token(last));
  EXPECT_EQ(rest.entries_size(), 0);
  EXPECT_EQ(rest.next_token(), "");
}

TEST_P(ListsTest, ATokenOfWhatWasDeletedSinceGoesOn) {
  ExpectTaken("CreateVolume");
  const auto first = Volumes("max_entries: 1");
  const auto second = Volumes("max_entries: 1 " + Token(first.next_token()));
  // One of the two can be deleted: it is not the one that is staged.
  const auto& page = first.entries(0).volume().volume_id() == Named("$volume")
                         ? second
                         : first;
  const int left = Volumes(Token(page.next_token())).entries_size();
  ExpectTaken(
      "DeleteVolume",
      absl::StrCat("volume_id: '", page.entries(0).volume().volume_id(), "'"));
  EXPECT_EQ(Volumes(Token(page.next_token())).entries_size(), left);
}

INSTANTIATE_TEST_SUITE_P(Input, ListsTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
