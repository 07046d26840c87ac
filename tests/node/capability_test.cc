#include "node/capability.h"

#include <gtest/gtest.h>

namespace holdfast::node {
namespace {

using backend::AccessType;

backend::Volume VolumeOf(AccessType type, const std::string& fs_type) {
  return {.id = "v", .format = {.access_type = type, .fs_type = fs_type}};
}

absl::StatusCode Check(const backend::Volume& volume, AccessType type,
                       const std::string& fs_type, Use use) {
  return CheckCapability(volume, {.access_type = type, .fs_type = fs_type}, use)
      .code();
}

TEST(CapabilityTest, WhatTheVolumeIsFits) {
  const auto mount = VolumeOf(AccessType::kMount, "ext4");
  const auto block = VolumeOf(AccessType::kBlock, "");
  constexpr auto kOk = absl::StatusCode::kOk;
  EXPECT_EQ(Check(mount, AccessType::kMount, "ext4", Use::kNotInUse), kOk);
  EXPECT_EQ(Check(mount, AccessType::kMount, "", Use::kInUse), kOk);
  EXPECT_EQ(Check(block, AccessType::kBlock, "", Use::kNotInUse), kOk);
}

TEST(CapabilityTest, AnythingElseDoesNot) {
  const auto mount = VolumeOf(AccessType::kMount, "ext4");
  const auto block = VolumeOf(AccessType::kBlock, "");
  const struct {
    const backend::Volume& volume;
    AccessType type;
    const char* fs_type;
  } cases[] = {{mount, AccessType::kMount, "xfs"},
               {mount, AccessType::kBlock, ""},
               {block, AccessType::kMount, ""},
               {block, AccessType::kMount, "ext4"}};
  for (const auto& c : cases) {
    EXPECT_EQ(Check(c.volume, c.type, c.fs_type, Use::kNotInUse),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Check(c.volume, c.type, c.fs_type, Use::kInUse),
              absl::StatusCode::kAlreadyExists);
  }
}

}  // namespace
}  // namespace holdfast::node
