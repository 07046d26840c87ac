#include "backend/pool/parameters.h"

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "backend/fs_traits.h"
#include "backend/pool/mkfs_options.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::Status Refused(const Parameters& parameters,
                     const std::string& fs_type = "ext4") {
  return ParseVolumeParameters(parameters, fs_type).status();
}

TEST(ParametersTest, NothingSaidIsThinOnTheDefaultBlock) {
  const auto parsed = ParseVolumeParameters({}, "ext4");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->provisioning, Provisioning::kThin);
  EXPECT_FALSE(parsed->logical_block_bytes.has_value());
  EXPECT_THAT(parsed->mkfs_options, IsEmpty());
}

TEST(ParametersTest, AllThatIsKnownIsRead) {
  const auto parsed = ParseVolumeParameters({{"pool", "fast"},
                                             {"provisioning", "thick"},
                                             {"logicalBlockBytes", "512"},
                                             {"mkfsOptions", "-m  1 -i 4096"}},
                                            "ext4");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->provisioning, Provisioning::kThick);
  EXPECT_EQ(parsed->logical_block_bytes, 512u);
  EXPECT_THAT(parsed->mkfs_options, ElementsAre("-m", "1", "-i", "4096"));
}

TEST(ParametersTest, AllMistakesAreNamedTogether) {
  EXPECT_THAT(Refused({{"colour", "red"},
                       {"provisioning", "fat"},
                       {"logicalBlockBytes", "1024"},
                       {"mkfsOptions", "-F"}}),
              SaysAll(std::vector<std::string>{"colour", "fat", "1024", "-F",
                                               "Known: pool"}));
}

TEST(ParametersTest, OptionsThatAreNotForUsersAreRefused) {
  for (const char* options :
       {"-F", "-n", "-d /dev/sda", "-J device=/dev/sda", "-L /etc/passwd",
        "-O casefold", "-E root_owner=0:0", "-i", "-i -F", "4096", "-b 1024",
        "-U random", "-z file"}) {
    EXPECT_THAT(Refused({{"mkfsOptions", options}}),
                HasCode(absl::StatusCode::kInvalidArgument))
        << options;
  }
  for (const char* options :
       {"-p file", "-f", "-l logdev=x", "-d name=x", "-d file", "-r rtdev=x",
        "-c options=x", "-m reflink=0", "-s size=512", "-i nrext64=1"}) {
    EXPECT_FALSE(Refused({{"mkfsOptions", options}}, "xfs").ok()) << options;
  }
  for (const char* options : {"-r dir", "--rootdir dir", "-f", "-b 1G"}) {
    EXPECT_FALSE(Refused({{"mkfsOptions", options}}, "btrfs").ok()) << options;
  }
  EXPECT_FALSE(Refused({{"mkfsOptions", "-m 0"}}, "").ok());
}

// The page and the tables say the same.
TEST(ParametersTest, PageListsEveryParameterAndOption) {
  std::ifstream file(absl::StrCat(HOLDFAST_SOURCE_DIR, "/docs/parameters.md"));
  const std::string page((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  for (const auto& known : KnownVolumeParameters()) {
    EXPECT_THAT(page, HasSubstr(absl::StrCat("| `", known.key, "` | ",
                                             known.meaning, " |")));
  }
  for (const auto& traits : backend::AllFsTraits()) {
    std::string row = absl::StrCat("| `", traits.name, "` | ");
    std::string separator;
    for (const auto& rule : MkfsOptionRules(traits.name)) {
      absl::StrAppend(&row, separator, "`", rule.flag, "`");
      separator = ", ";
      std::string keys;
      for (const std::string& key : rule.keys) {
        absl::StrAppend(&keys, keys.empty() ? "" : ", ", "`", key, "`");
      }
      if (!keys.empty()) absl::StrAppend(&row, " (", keys, ")");
    }
    EXPECT_THAT(page, HasSubstr(row + " |"));
    EXPECT_THAT(page,
                HasSubstr(absl::StrCat("| `", traits.name, "` | ",
                                       traits.minimum_bytes / kMiB, " MiB |")));
  }
}

}  // namespace
}  // namespace holdfast::pool
