// Names: any legal Unicode of at most 128 bytes, each of them one object.

#include <set>

#include "absl/strings/str_cat.h"
#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

class NamesTest : public InputTest {
 protected:
  std::string CreateVolume(const std::string& name) {
    auto create = GoodRequest<csi::v1::CreateVolumeRequest>();
    create.set_name(name);
    create.mutable_capacity_range()->set_required_bytes(1 << 20);
    const Answer answer = Call(create);
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    return dynamic_cast<csi::v1::CreateVolumeResponse&>(*answer.response)
        .volume()
        .volume_id();
  }
  std::string CreateSnapshot(const std::string& name) {
    auto create = GoodRequest<csi::v1::CreateSnapshotRequest>();
    create.set_name(name);
    const Answer answer = Call(create);
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    return dynamic_cast<csi::v1::CreateSnapshotResponse&>(*answer.response)
        .snapshot()
        .snapshot_id();
  }
  void ExpectNameRefused(const std::string& name, const std::string& words) {
    const Row row{.what = "a name", .words = words};
    auto volume = GoodRequest<csi::v1::CreateVolumeRequest>();
    volume.set_name(name);
    ExpectRefused(row, volume);
    auto snapshot = GoodRequest<csi::v1::CreateSnapshotRequest>();
    snapshot.set_name(name);
    ExpectRefused(row, snapshot);
  }
};

TEST_P(NamesTest, EveryLegalNameIsAnObjectOfItsOwn) {
  const std::vector<std::string> names = {
      std::string(128, 'n'), Times(64, "\xc3\xa9"),  // two bytes each
      Times(42, "\xe2\x82\xac"),                     // three
      Times(32, "\xf0\x9f\x98\x80"),                 // four
      "\xf4\x8f\xbf\xbf",  // U+10FFFF, the last of all
      "\xef\xbf\xbf",      // U+FFFF, no character, and yet legal
      "\xc2\xa0",          // U+00A0, the first after the C1 controls
      "a", "A", " a", "a ", "a\t", "a\n", "a\r\n", "/", "..", ".", "../a",
      "a/b", "$(a)", "%s%n", "'", "\"", "\\", "-rf", "caf\xc3\xa9",
      // The same to the eye as the one before (e with U+0301).
      "cafe\xcc\x81",
      // From right to left, and a byte order mark.
      "\xe2\x80\xae"
      "abc",
      "\xef\xbb\xbf"
      "a"};
  std::set<std::string> ids;
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(ids.insert(CreateVolume(name)).second);
    EXPECT_TRUE(ids.insert(CreateSnapshot(name)).second);
  }
  for (const std::string& name : names) {
    EXPECT_EQ(ids.count(CreateVolume(name)), 1U) << "again: " << name;
  }
  for (const std::string& id : ids) {
    EXPECT_LE(id.size(), 128U);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos)
        << id;
  }
}

TEST_P(NamesTest, EveryForbiddenControlCharacterIsRefused) {
  const auto expect_refused = [&](int point) {
    const std::string character =
        point < 0x80 ? std::string(1, static_cast<char>(point))
                     : "\xc2" + std::string(1, static_cast<char>(point));
    ExpectNameRefused("a" + character + "b", "control character");
  };
  for (int point = 0; point <= 0x1f; ++point) {
    if (point != '\t' && point != '\n' && point != '\r') expect_refused(point);
  }
  for (int point = 0x7f; point <= 0x9f; ++point) expect_refused(point);
}

TEST_P(NamesTest, WhatIsNotUtf8IsRefused) {
  for (const char* name :
       {"\x80", "\xff", "a\xc3", "\xc0\xaf" /* "/", two bytes long */,
        "\xe0\x80\xaf", "\xed\xa0\x80" /* half of a pair */,
        "\xf4\x90\x80\x80" /* after the last */, "\xf8\x88\x80\x80\x80"}) {
    ExpectNameRefused(name, "UTF-8");
  }
}

TEST_P(NamesTest, LongAndMissingNamesAreRefused) {
  ExpectNameRefused("", "name is missing");
  ExpectNameRefused(std::string(129, 'n'), "name has 129 bytes");
  ExpectNameRefused(Times(43, "\xe2\x82\xac"), "name has 129 bytes");
  ExpectNameRefused(std::string(10000, 'n'), "name has 10000 bytes");
}

INSTANTIATE_TEST_SUITE_P(Input, NamesTest,
                         testing::Values(Front::kAgent, Front::kRouter),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
