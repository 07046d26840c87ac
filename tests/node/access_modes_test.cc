// A second NodePublishVolume on one node, by access mode: the table of the CSI
// specification for a plugin with SINGLE_NODE_MULTI_WRITER.

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AccessMode;
using backend::AccessType;

struct Pair {
  AccessType type;
  AccessMode mode;
  // At another target, with the same arguments and with other ones.
  StatusCode elsewhere;
};

std::ostream& operator<<(std::ostream& out, const Pair& pair) {
  return out << backend::Name(pair.mode);
}

class AccessModesTest : public ::testing::TestWithParam<Pair> {
 protected:
  AccessModesTest() : id_(world_.MakeVolume(GetParam().type)) {
    EXPECT_TRUE(world_.Stage(world_.StageOf(id_, GetParam().type)).ok());
    EXPECT_TRUE(world_.Publish(At(kTarget)).ok());
  }

  // As validation of the request makes it.
  PublishSpec At(const std::string& target) {
    PublishSpec spec = world_.PublishOf(id_, GetParam().type, target);
    spec.capability.access_mode = GetParam().mode;
    spec.read_only = backend::IsReaderOnly(GetParam().mode);
    return spec;
  }
  PublishSpec Otherwise(PublishSpec spec) {
    spec.read_only = !spec.read_only;
    return spec;
  }

  World world_;
  const std::string id_;
};

TEST_P(AccessModesTest, TheSameAgainIsOk) {
  EXPECT_TRUE(world_.Publish(At(kTarget)).ok());
}

TEST_P(AccessModesTest, OtherwiseAtTheSameTargetAlreadyExists) {
  EXPECT_EQ(world_.Publish(Otherwise(At(kTarget))).code(),
            StatusCode::kAlreadyExists);
}

TEST_P(AccessModesTest, AtAnotherTargetTheModeDecides) {
  EXPECT_EQ(world_.Publish(At(kOtherTarget)).code(), GetParam().elsewhere);
  EXPECT_EQ(world_.Exists(kOtherTarget),
            GetParam().elsewhere == StatusCode::kOk);
}

// Two devices of a block volume, one read-only, would not share a cache.
TEST_P(AccessModesTest, OtherwiseAtAnotherTargetTheModeDecidesToo) {
  const StatusCode expected = GetParam().type == AccessType::kBlock
                                  ? StatusCode::kFailedPrecondition
                                  : GetParam().elsewhere;
  EXPECT_EQ(world_.Publish(Otherwise(At(kOtherTarget))).code(), expected);
  EXPECT_EQ(world_.Exists(kOtherTarget), expected == StatusCode::kOk);
}

std::vector<Pair> Pairs() {
  std::vector<Pair> pairs;
  for (const auto type : {AccessType::kMount, AccessType::kBlock}) {
    for (const auto mode :
         {AccessMode::kMultiNodeReaderOnly, AccessMode::kMultiNodeSingleWriter,
          AccessMode::kMultiNodeMultiWriter,
          AccessMode::kSingleNodeMultiWriter}) {
      pairs.push_back({type, mode, StatusCode::kOk});
    }
    for (const auto mode :
         {AccessMode::kSingleNodeWriter, AccessMode::kSingleNodeReaderOnly,
          AccessMode::kSingleNodeSingleWriter}) {
      pairs.push_back({type, mode, StatusCode::kFailedPrecondition});
    }
  }
  return pairs;
}

INSTANTIATE_TEST_SUITE_P(Node, AccessModesTest, ::testing::ValuesIn(Pairs()),
                         [](const auto& test) {
                           return absl::StrCat(
                               test.param.type == AccessType::kMount ? "MOUNT_"
                                                                     : "BLOCK_",
                               backend::Name(test.param.mode));
                         });

}  // namespace
}  // namespace holdfast::node
