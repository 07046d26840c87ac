#include "os/ext4_superblock.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::os {
namespace {

// Builds the bytes of a superblock field by field.
class Bytes {
 public:
  Bytes() : data_(kExt4SuperblockBytes, '\0') {
    Put(0x38, 2, 0xef53).Put(0x3a, 2, 1);
  }
  Bytes& Put(size_t offset, size_t width, uint64_t value) {
    for (size_t i = 0; i < width; ++i) {
      data_[offset + i] = static_cast<char>(value >> (8 * i));
    }
    return *this;
  }
  const std::string& data() const { return data_; }

 private:
  std::string data_;
};

TEST(Ext4SuperblockTest, SizeIsBlocksTimesBlockSize) {
  const auto small =
      ParseExt4Superblock(Bytes().Put(0x04, 4, 65536).Put(0x18, 4, 0).data());
  ASSERT_TRUE(small.has_value());
  EXPECT_EQ(small->size_bytes, int64_t{64} << 20);
  const auto usual = ParseExt4Superblock(
      Bytes().Put(0x04, 4, 0x81234567).Put(0x18, 4, 2).data());
  ASSERT_TRUE(usual.has_value());
  EXPECT_EQ(usual->size_bytes, int64_t{0x81234567} * 4096);
}

TEST(Ext4SuperblockTest, HighHalfCountsOnlyWithThe64BitFeature) {
  Bytes bytes;
  bytes.Put(0x04, 4, 1).Put(0x18, 4, 2).Put(0x150, 4, 2);
  EXPECT_EQ(ParseExt4Superblock(bytes.data())->size_bytes, 4096);
  bytes.Put(0x60, 4, 0x80 | 0x2);
  EXPECT_EQ(ParseExt4Superblock(bytes.data())->size_bytes,
            ((int64_t{2} << 32) + 1) * 4096);
}

TEST(Ext4SuperblockTest, ErrorsAreOneBitOfTheState) {
  const auto has_errors = [](uint64_t state) {
    return ParseExt4Superblock(Bytes().Put(0x3a, 2, state).data())->has_errors;
  };
  EXPECT_FALSE(has_errors(0));  // mounted
  EXPECT_FALSE(has_errors(1));  // clean
  EXPECT_TRUE(has_errors(2));
  EXPECT_TRUE(has_errors(3));
  EXPECT_FALSE(has_errors(4));  // orphans are being recovered
}

TEST(Ext4SuperblockTest, WithoutMagicItIsNone) {
  EXPECT_FALSE(ParseExt4Superblock(std::string(kExt4SuperblockBytes, '\0')));
  EXPECT_FALSE(ParseExt4Superblock(Bytes().Put(0x38, 2, 0x53ef).data()));
}

TEST(Ext4SuperblockTest, TooFewBytesAreNone) {
  EXPECT_FALSE(ParseExt4Superblock(""));
  EXPECT_FALSE(
      ParseExt4Superblock(Bytes().data().substr(0, kExt4SuperblockBytes - 1)));
}

TEST(Ext4SuperblockTest, ImpossibleSizesAreNone) {
  EXPECT_TRUE(ParseExt4Superblock(Bytes().Put(0x18, 4, 6).data()));
  EXPECT_FALSE(ParseExt4Superblock(Bytes().Put(0x18, 4, 7).data()));
  EXPECT_FALSE(ParseExt4Superblock(Bytes().Put(0x18, 4, 0xffffffff).data()));
  EXPECT_FALSE(ParseExt4Superblock(Bytes()
                                       .Put(0x60, 4, 0x80)
                                       .Put(0x150, 4, 0xffffffff)
                                       .Put(0x18, 4, 2)
                                       .data()));
}

}  // namespace
}  // namespace holdfast::os
