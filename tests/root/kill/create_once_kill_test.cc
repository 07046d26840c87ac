// The controller is killed at each message that it sends while it makes a
// volume, with three pools to choose from. The same name asked again of the
// next controller finds the volume, wherever it is: it is never made twice.

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/root/agents/cluster.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/kill/traced_start.h"

namespace holdfast::root {
namespace {

TEST(CreateOnceKillTest, TheRetryFindsTheVolumeOnWhicheverPoolItIs) {
  Cluster cluster;
  ASSERT_OK(cluster.Start());
  int found = 0;
  AtEachPoint(Watched::kSends, [&](const TracePlan& plan) {
    const std::string name = absl::StrCat("v", plan.kill_at);
    auto tracer = Tracer::Attach(cluster.controller_pid(), plan);
    EXPECT_OK(tracer);
    if (!tracer.ok()) return Trace{};
    const auto made = cluster.Create(name);
    const Trace trace = tracer->Finish();
    if (!trace.killed) {
      EXPECT_OK(made);
    }
    EXPECT_OK(cluster.RestartController());
    // Its client does not know at once that there is a new one.
    EXPECT_TRUE(Cluster::Await([&] { return cluster.List().ok(); }));
    const auto before = cluster.List();
    EXPECT_OK(before);
    if (before.ok()) found += static_cast<int>(before->size());
    const auto again = cluster.Create(name);
    EXPECT_OK(again);
    const auto after = cluster.List();
    EXPECT_OK(after);
    if (!again.ok() || !before.ok() || !after.ok()) return trace;
    EXPECT_EQ(*after, std::vector<std::string>{*again});
    if (!before->empty()) {
      EXPECT_EQ(*before, *after) << "not the one that was there";
    }
    if (made.ok()) {
      EXPECT_EQ(*made, *again);
    }
    EXPECT_OK(cluster.Delete(*again));
    return trace;
  });
  EXPECT_GT(found, 1) << "no kill came after the volume was made";
}

}  // namespace
}  // namespace holdfast::root
