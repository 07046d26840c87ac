#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"

namespace holdfast {
namespace {

constexpr char kUuid[] = "5f0c6a1e-2b1d-4c53-9f0e-3d1a3f2b7c11";

std::string VolumeId(absl::string_view name) {
  return MakeId('p', HomeOf(kUuid), IdKind::kVolume, name);
}

// The form is stored and shared by processes of different versions, so it is
// held to a value that was computed elsewhere.
TEST(IdsTest, IdIsTheHashesOfPoolAndName) {
  EXPECT_EQ(VolumeId("pvc-1"),
            "p8ffe97846e668812-vf2868e1aa7cab669517cd9f5ab1b7957c0b92df3");
}

TEST(IdsTest, Sha256IsTheStandardOne) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abc", 4), "ba7816bf");
}

TEST(IdsTest, SameNameGivesSameId) {
  EXPECT_EQ(VolumeId("pvc-1"), VolumeId("pvc-1"));
}

TEST(IdsTest, NamePoolAndKindAllCount) {
  const std::set<std::string> ids = {
      VolumeId("pvc-1"),
      VolumeId("pvc-2"),
      VolumeId(""),
      MakeId('p', HomeOf("other"), IdKind::kVolume, "pvc-1"),
      MakeId('p', HomeOf(kUuid), IdKind::kSnapshot, "pvc-1"),
  };
  EXPECT_EQ(ids.size(), 5u);
}

TEST(IdsTest, NamesOf128BytesOfUnicodeGiveShortSafeIds) {
  std::string name;
  while (name.size() < 128) name += "é漢😀/ \n.";
  const std::string id = VolumeId(name.substr(0, 128));
  EXPECT_LE(id.size(), 63u);  // lo_file_name
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
            std::string::npos);
  EXPECT_NE(id, VolumeId(name.substr(0, 127)));
}

TEST(IdsTest, ParseGivesBackTheParts) {
  const auto volume = ParseId(VolumeId("pvc-1"));
  ASSERT_TRUE(volume.has_value());
  EXPECT_EQ(volume->backend, 'p');
  EXPECT_EQ(volume->home, HomeOf(kUuid));
  EXPECT_EQ(volume->kind, IdKind::kVolume);
  const auto snapshot =
      ParseId(MakeId('p', HomeOf(kUuid), IdKind::kSnapshot, "pvc-1"));
  ASSERT_TRUE(snapshot.has_value());
  EXPECT_EQ(snapshot->kind, IdKind::kSnapshot);
}

TEST(IdsTest, ParseRefusesOtherLengths) {
  const std::string id = VolumeId("pvc-1");
  for (size_t length = 0; length < id.size(); ++length) {
    EXPECT_FALSE(ParseId(id.substr(0, length))) << length;
    EXPECT_FALSE(ParseId(id.substr(id.size() - length))) << length;
  }
  EXPECT_FALSE(ParseId(id + "0"));
  EXPECT_FALSE(ParseId(id + "\n"));
  EXPECT_FALSE(ParseId(id + std::string(1, '\0')));
  EXPECT_FALSE(ParseId(id + id));
}

TEST(IdsTest, ParseRefusesAForeignCharacterAtAnyPlace) {
  const std::string id = VolumeId("pvc-1");
  for (size_t place = 0; place < id.size(); ++place) {
    for (const char foreign : std::string("/.AFGgz- _%\n\0\xc3", 14)) {
      if (foreign == id[place]) continue;
      std::string bad = id;
      bad[place] = foreign;
      EXPECT_FALSE(ParseId(bad)) << place << " " << static_cast<int>(foreign);
    }
  }
}

TEST(IdsTest, ParseRefusesAnotherBackend) {
  EXPECT_FALSE(ParseId(MakeId('r', HomeOf(kUuid), IdKind::kVolume, "pvc-1")));
}

TEST(IdsTest, ParseRefusesPaths) {
  for (const char* bad : {"", ".", "..", "/", "../../etc/passwd"}) {
    EXPECT_FALSE(ParseId(bad)) << bad;
  }
}

}  // namespace
}  // namespace holdfast
