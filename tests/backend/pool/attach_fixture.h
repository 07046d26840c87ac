// A pool with one volume, to be attached.

#ifndef HOLDFAST_TESTS_BACKEND_POOL_ATTACH_FIXTURE_H_
#define HOLDFAST_TESTS_BACKEND_POOL_ATTACH_FIXTURE_H_

#include <string>

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {

inline constexpr auto kRw = backend::AttachMode::kReadWrite;
inline constexpr auto kRo = backend::AttachMode::kReadOnly;

class AttachTest : public PoolTest {
 protected:
  AttachTest() : volume_(Create(Spec("a"))) {}

  absl::Status TryAttach(backend::AttachMode mode = kRw) {
    return pool->Attach(volume_.id, mode, operation).status();
  }
  std::string Device(backend::AttachMode mode) {
    const auto found = pool->FindAttachment(volume_.id, mode);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() && *found ? (*found)->device_path : "";
  }

  const backend::Volume volume_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_TESTS_BACKEND_POOL_ATTACH_FIXTURE_H_
