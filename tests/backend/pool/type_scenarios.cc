// Volumes of other types, and thick ones.

#include "tests/backend/pool/scenarios.h"

namespace holdfast::pool {
namespace {

backend::VolumeSpec Typed(const std::string& name, const std::string& fs_type) {
  return {.name = name, .fs_type = fs_type};
}

backend::VolumeSpec Thick(backend::VolumeSpec spec) {
  spec.parameters = {{kProvisioningParameter, "thick"}};
  return spec;
}

}  // namespace

std::vector<Scenario> TypeScenarios() {
  return {
      {"CreateXfsWithNewTemplate", [](PoolFixture&) {},
       [](PoolFixture& f, backend::Backend& b) {
         auto spec = Typed("x", "xfs");
         spec.capacity.required_bytes = 300 * kMiB;
         return b.CreateVolume(spec, f.operation).status();
       }},
      {"CreateBtrfsWhereItIsKnownToWork",
       [](PoolFixture& f) {
         auto spec = Typed("warm-up", "btrfs");
         spec.capacity.required_bytes = 256 * kMiB;
         f.Create(spec);
       },
       [](PoolFixture& f, backend::Backend& b) {
         auto spec = Typed("x", "btrfs");
         spec.capacity.required_bytes = 320 * kMiB;
         return b.CreateVolume(spec, f.operation).status();
       }},
      {"CreateThick", [](PoolFixture& f) { f.Create(f.Spec("warm-up")); },
       [](PoolFixture& f, backend::Backend& b) {
         return b.CreateVolume(Thick(f.Spec("x")), f.operation).status();
       }},
      {"ExpandThick", [](PoolFixture& f) { f.Create(Thick(f.Spec("a"))); },
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .ExpandVolume(f.pool->VolumeId({.name = "a"}).value(),
                           {128 * kMiB, 0}, f.operation)
             .status();
       }},
      {"AttachThick", [](PoolFixture& f) { f.Create(Thick(f.Spec("a"))); },
       [](PoolFixture& f, backend::Backend& b) {
         return b
             .Attach(f.pool->VolumeId({.name = "a"}).value(),
                     backend::AttachMode::kReadWrite, f.operation)
             .status();
       }},
  };
}

}  // namespace holdfast::pool
