// Nothing is left out of the tests that fail every step: what has to be there
// is read from the headers, the descriptors and what the runs did.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "backend/idempotent_backend.h"
#include "csi/v1/csi.pb.h"
#include "tests/backend/pool/scenarios.h"
#include "tests/fakes/interfaces.h"
#include "tests/node/steps.h"
#include "tests/steps/machine_steps.h"

namespace holdfast {
namespace {

using Names = std::set<std::string>;

void Add(const fakes::Calls& calls, Names& names) {
  for (const fakes::Call& call : calls.List()) names.insert(call.name);
}

void RunPool(const pool::Scenario& scenario, Names& names) {
  SCOPED_TRACE(scenario.name);
  pool::PoolFixture fixture;
  scenario.prepare(fixture);
  backend::IdempotentBackend backend(*fixture.pool);
  fixture.kernel.calls().Reset();
  EXPECT_TRUE(scenario.act(fixture, backend).ok());
  Add(fixture.kernel.calls(), names);
}

void RunNode(const node::Step& step, Names& names) {
  SCOPED_TRACE(step.name);
  node::World world;
  const std::string id = step.prepare(world);
  world.kernel().calls().Reset();
  EXPECT_TRUE(step.run(world, id).ok());
  Add(world.kernel().calls(), names);
}

void RunMachine(const steps::MachineStep& step, Names& names) {
  SCOPED_TRACE(step.name);
  fakes::FakeKernel kernel;
  step.prepare(kernel);
  kernel.calls().Reset();
  EXPECT_TRUE(step.run(kernel).ok());
  Add(kernel.calls(), names);
}

TEST(CompletenessTest, EveryVerbOfTheBackendHasAScenario) {
  const Names computed = fakes::MethodsOf("backend/backend.h", "const");
  Names verbs = fakes::MethodsOf("backend/backend.h");
  for (const std::string& name : computed) verbs.erase(name);
  verbs.erase("Backend.GetCapacity");  // from memory, without a call
  Names acted;
  for (const char* file :
       {"scenarios.cc", "type_scenarios.cc", "use_scenarios.cc"}) {
    for (const auto& verb :
         fakes::FoundIn(absl::StrCat("tests/backend/pool/", file),
                        "\\bb\\s*\\.(\\w+)\\(")) {
      acted.insert("Backend." + verb);
    }
  }
  EXPECT_EQ(fakes::Missing(verbs, acted), "");
}

TEST(CompletenessTest, EveryCallOfTheNodeHasAScenario) {
  // Look at nothing on the machine, or are not offered.
  Names have = {"NodeGetInfo", "NodeGetCapabilities", "NodeGetVolumeHealth",
                "NodeGetStorageHealth"};
  for (const node::Step& step : node::Steps()) have.insert(step.rpc);
  have.erase("");
  Names offered;
  const auto* service =
      csi::v1::NodeGetInfoRequest::descriptor()->file()->FindServiceByName(
          "Node");
  ASSERT_NE(service, nullptr);
  for (int i = 0; i < service->method_count(); ++i) {
    offered.insert(service->method(i)->name());
  }
  EXPECT_EQ(fakes::Missing(offered, have), "");
  EXPECT_EQ(fakes::Missing(have, offered), "");
}

TEST(CompletenessTest, EveryCallToTheKernelIsFailedSomewhere) {
  Names reached = {
      // The product never asks: templates are cloned to new files alone.
      "DataFiles.IsBlank",
      // Tidies a device up whose absence is as good: a failure is logged.
      "LoopDevices.Remove",
      // Only when the pool is nearly full; a failure is logged, not answered.
      "Files.FreeTakenAhead"};
  for (const auto& scenario : pool::AllScenarios()) RunPool(scenario, reached);
  for (const auto& step : node::Steps()) RunNode(step, reached);
  for (const auto& step : steps::MachineSteps()) RunMachine(step, reached);
  EXPECT_EQ(fakes::Missing(fakes::MethodsOfKernel(), reached), "");
}

}  // namespace
}  // namespace holdfast
