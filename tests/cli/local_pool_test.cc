#include "cli/local_pool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace holdfast::cli {
namespace {

constexpr size_t kMostOfAName = 255 - 5;  // NAME_MAX, less ".lock"

TEST(LocalPoolTest, EveryMediumHasAMountPointOfItsOwn) {
  EXPECT_EQ(MountPointOf("/a/b"), MountPointOf("/a/b"));
  EXPECT_NE(MountPointOf("/a-b/c"), MountPointOf("/a/b-c"));
  EXPECT_NE(MountPointOf("/a/b"), MountPointOf("/a/c"));
}

TEST(LocalPoolTest, MountPointOfALongPathHasANameThatCanBe) {
  const std::filesystem::path place =
      MountPointOf(std::string(4000, '/') + "a");
  EXPECT_EQ(place.parent_path(), "/run");
  EXPECT_LE(place.filename().string().size(), kMostOfAName);
}

}  // namespace
}  // namespace holdfast::cli
