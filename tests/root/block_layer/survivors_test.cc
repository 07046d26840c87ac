#include "tests/root/block_layer/survivors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace holdfast::root {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr int64_t kSector = 4096;
constexpr uint64_t kSeeds = 500;

TEST(SurvivorsTest, AllOrNothingIsLeftInOrderIfSoAsked) {
  const std::vector<int64_t> sizes = {kSector, 3 * kSector, kSector};
  EXPECT_THAT(Survivors(sizes, {.loss = Loss::kEverything}), IsEmpty());
  EXPECT_THAT(Survivors(sizes, {.loss = Loss::kNothing}),
              ElementsAre(Piece{0, 0, kSector}, Piece{1, 0, 3 * kSector},
                          Piece{2, 0, kSector}));
}

TEST(SurvivorsTest, TheSameSeedLeavesTheSame) {
  const std::vector<int64_t> sizes(50, 8 * kSector);
  EXPECT_EQ(Survivors(sizes, {.seed = 7}), Survivors(sizes, {.seed = 7}));
  EXPECT_NE(Survivors(sizes, {.seed = 7}), Survivors(sizes, {.seed = 8}));
}

TEST(SurvivorsTest, PiecesAreWholeSectorsOfTheirWritesOnceEach) {
  const std::vector<int64_t> sizes = {kSector, 10 * kSector, 5 * 512};
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    std::set<std::pair<size_t, int64_t>> seen;
    for (const Piece& piece : Survivors(sizes, {.seed = seed})) {
      EXPECT_EQ(piece.from % kSector, 0);
      EXPECT_TRUE(piece.size % kSector == 0 ||
                  piece.from + piece.size == sizes[piece.write]);
      for (int64_t at = 0; at < piece.size; at += kSector) {
        EXPECT_TRUE(seen.insert({piece.write, piece.from + at}).second);
      }
      EXPECT_LE(piece.from + piece.size, sizes[piece.write]);
    }
  }
}

// Which of three sectors of one write are left, over many seeds.
TEST(SurvivorsTest, AnySectorsOfAWriteMayBeLeft) {
  std::set<std::set<int64_t>> seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    std::set<int64_t> left;
    for (const Piece& piece : Survivors({3 * kSector}, {.seed = seed})) {
      for (int64_t at = 0; at < piece.size; at += kSector) {
        left.insert((piece.from + at) / kSector);
      }
    }
    seen.insert(left);
  }
  EXPECT_EQ(seen.size(), 8U) << "subsets of three sectors";
}

// Which of three writes are left, and in which order, over many seeds.
TEST(SurvivorsTest, AnyWritesMayBeLeftInAnyOrder) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 4 * kSeeds; ++seed) {
    std::string order;
    for (const Piece& piece :
         Survivors(std::vector<int64_t>(3, kSector), {.seed = seed})) {
      order += std::to_string(piece.write);
    }
    seen.insert(order);
  }
  EXPECT_THAT(
      seen, IsSupersetOf({"", "0", "1", "2", "01", "10", "02", "20", "12", "21",
                          "012", "021", "102", "120", "201", "210"}));
}

}  // namespace
}  // namespace holdfast::root
