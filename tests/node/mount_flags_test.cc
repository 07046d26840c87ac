#include "node/mount_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

MountFlags Parse(const std::vector<std::string>& flags) {
  const auto parsed = ParseMountFlags(flags);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.value_or(MountFlags{});
}

TEST(MountFlagsTest, AttributesOfAMountAreSorted) {
  const MountFlags flags =
      Parse({"ro", "nosuid", "nodev", "noexec", "nodiratime", "noatime"});
  EXPECT_EQ(flags.attributes, (os::MountAttributes{.read_only = true,
                                                   .nosuid = true,
                                                   .nodev = true,
                                                   .noexec = true,
                                                   .noatime = true,
                                                   .nodiratime = true}));
  EXPECT_THAT(flags.options, IsEmpty());
}

TEST(MountFlagsTest, OfContradictingWordsTheLastHolds) {
  const MountFlags flags =
      Parse({"ro,nosuid,nodev,noexec,nodiratime", "noatime",
             "rw,suid,dev,exec,diratime,strictatime"});
  EXPECT_EQ(flags.attributes, os::MountAttributes{.strictatime = true});
  for (const char* word : {"relatime", "atime", "nostrictatime"}) {
    EXPECT_EQ(Parse({"strictatime", word}).attributes, os::MountAttributes{})
        << word;
  }
  EXPECT_EQ(Parse({"strictatime", "noatime"}).attributes,
            os::MountAttributes{.noatime = true});
}

TEST(MountFlagsTest, FileSystemAndSuperblockOptionsKeepTheirOrder) {
  EXPECT_THAT(Parse({"commit=30,lazytime", "discard", "sync"}).options,
              ElementsAre(Pair("commit", "30"), Pair("lazytime", ""),
                          Pair("discard", ""), Pair("sync", "")));
}

TEST(MountFlagsTest, UnknownWordsAreLeftToTheKernel) {
  EXPECT_THAT(Parse({"no-such-option"}).options,
              ElementsAre(Pair("no-such-option", "")));
}

TEST(MountFlagsTest, WordsOfTheMountProgramAreLeftOut) {
  const MountFlags flags =
      Parse({"defaults", "_netdev", "nofail", "auto", "noauto", "nouser",
             "x-systemd.automount", "X-mount.mkdir", "comment=mine", "", ","});
  EXPECT_THAT(flags.options, IsEmpty());
  EXPECT_EQ(flags.attributes, os::MountAttributes{});
}

TEST(MountFlagsTest, QuotesKeepAValueWithCommasTogether) {
  EXPECT_THAT(
      Parse({"noatime,context=\"system_u:object_r:container_file_t:s0:c1,c2\""
             ",discard"})
          .options,
      ElementsAre(
          Pair("context", "system_u:object_r:container_file_t:s0:c1,c2"),
          Pair("discard", "")));
}

TEST(MountFlagsTest, AValueMayHoldEqualsSigns) {
  EXPECT_THAT(Parse({"a=b=c", "d="}).options,
              ElementsAre(Pair("a", "b=c"), Pair("d", "")));
}

TEST(MountFlagsTest, MalformedFlagsAreRefusedAndNotRepeated) {
  for (const std::string flag : {"context=\"secret", "=secret"}) {
    const auto parsed = ParseMountFlags({flag});
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(parsed.status().message()),
                Not(HasSubstr("secret")));
  }
}

TEST(MountFlagsTest, ControlCharactersAreRefused) {
  for (const std::string& flag :
       {std::string("ro\0x", 4), std::string("a=b\n"), std::string("\x7f")}) {
    EXPECT_EQ(ParseMountFlags({"noatime", flag}).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

// The kernel would take them for the word alone.
TEST(MountFlagsTest, WordsWithoutAValueGetNone) {
  for (const char* flag : {"ro=", "ro=1", "nosuid=x", "sync=", "defaults=1"}) {
    EXPECT_EQ(ParseMountFlags({flag}).status().code(),
              absl::StatusCode::kInvalidArgument)
        << flag;
  }
}

TEST(MountFlagsTest, MoreThanFourKibibytesAreRefused) {
  const std::string half(2048, 'a');
  EXPECT_TRUE(ParseMountFlags({half, half}).ok());
  EXPECT_EQ(ParseMountFlags({half, half, "a"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace holdfast::node
