#include "os/loop.h"

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

TEST(LoopPathTest, IsTheNameTheKernelGivesTheNode) {
  EXPECT_EQ(LoopPath(0), "/dev/loop0");
  EXPECT_EQ(LoopPath(1234), "/dev/loop1234");
}

}  // namespace
}  // namespace holdfast::os
