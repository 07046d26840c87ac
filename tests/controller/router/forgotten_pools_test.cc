#include "controller/router/forgotten_pools.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/metrics.h"
#include "os/kernel.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

class ForgottenPoolsTest : public testing::Test {
 protected:
  ForgottenPools Open() {
    auto homes = ForgottenPools::Load(*kernel_.files, directory_.path());
    EXPECT_TRUE(homes.ok()) << homes.status();
    return ForgottenPools(*kernel_.files, *kernel_.data_files,
                          directory_.path(), *homes);
  }

  SocketDirectory directory_;
  Metrics metrics_;
  os::Kernel kernel_ = os::LinuxKernel(metrics_);
};

TEST_F(ForgottenPoolsTest, WhatWasForgottenStaysSoAfterARestart) {
  {
    ForgottenPools pools = Open();
    EXPECT_FALSE(pools.Has(HomeOf("a")));
    EXPECT_TRUE(pools.Add(HomeOf("a")).ok());
    EXPECT_TRUE(pools.Add(HomeOf("a")).ok());
    EXPECT_TRUE(pools.Has(HomeOf("a")));
  }
  EXPECT_EQ(Open().All(), std::set{HomeOf("a")});
}

TEST_F(ForgottenPoolsTest, APoolWhoseFileIsRemovedIsTakenBack) {
  ASSERT_TRUE(Open().Add(HomeOf("a")).ok());
  const std::string file = directory_.path() + "/forgotten-pool-" + HomeOf("a");
  EXPECT_NE(Open().HowToTakeBack(HomeOf("a")).find(file), std::string::npos);
  EXPECT_TRUE(std::filesystem::remove(file));
  EXPECT_FALSE(Open().Has(HomeOf("a")));
}

TEST_F(ForgottenPoolsTest, NothingIsForgottenThatCannotBeWritten) {
  ForgottenPools pools = Open();
  std::filesystem::remove_all(directory_.path());
  EXPECT_FALSE(pools.Add(HomeOf("a")).ok());
  EXPECT_FALSE(pools.Has(HomeOf("a")));
  EXPECT_FALSE(ForgottenPools::Load(*kernel_.files, directory_.path()).ok());
}

TEST_F(ForgottenPoolsTest, WithoutADirectoryNothingCanBeForgotten) {
  ForgottenPools pools;
  EXPECT_TRUE(absl::IsFailedPrecondition(pools.Add(HomeOf("a"))));
  EXPECT_FALSE(pools.Has(HomeOf("a")));
}

}  // namespace
}  // namespace holdfast::controller
