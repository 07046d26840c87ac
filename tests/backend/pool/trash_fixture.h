// A pool with something in its trash.

#ifndef HOLDFAST_TESTS_BACKEND_POOL_TRASH_FIXTURE_H_
#define HOLDFAST_TESTS_BACKEND_POOL_TRASH_FIXTURE_H_

#include <string>
#include <vector>

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {

class TrashFixture : public PoolTest {
 protected:
  std::vector<std::string> Trashed() {
    return kernel.PathsUnder(layout.Trash());
  }
  std::vector<backend::TrashedObject> List(
      const backend::PageRequest& page = {}) {
    const auto listed = pool->ListTrash(page);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return listed.ok() ? listed->entries
                       : std::vector<backend::TrashedObject>();
  }
  // Makes a volume of `size` that holds `written` bytes, deletes it, and
  // answers its key.
  std::string MakeTrash(const std::string& name, int64_t size,
                        int64_t written) {
    backend::VolumeSpec spec = BlockSpec(name);
    spec.capacity = {.required_bytes = size};
    const auto volume = Create(spec);
    EXPECT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, written));
    return Delete(volume.id);
  }
  std::string Delete(const std::string& id) {
    EXPECT_TRUE(pool->DeleteVolume(id, operation).ok());
    std::string newest;
    for (const auto& object : List()) {
      if (object.id == id) newest = object.key;
    }
    return newest;
  }
  std::string IdOf(const std::string& name) {
    return pool->VolumeId({.name = name}).value();
  }
  absl::Status CreateOf(const std::string& name, int64_t size) {
    backend::VolumeSpec spec = BlockSpec(name);
    spec.capacity = {.required_bytes = size};
    return pool->CreateVolume(spec, operation).status();
  }
  void Damage(const std::string& id) {
    const auto fd =
        kernel.files().Open(layout.Volume(id), os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.data_files()
                    .SetAttribute(fd->get(), kRecordAttribute, "junk")
                    .ok());
  }
  int64_t Available() {
    return pool->GetPool(pool->Pools().front().home)->available_bytes;
  }
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_TESTS_BACKEND_POOL_TRASH_FIXTURE_H_
