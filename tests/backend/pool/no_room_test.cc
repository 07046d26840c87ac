// The pool's file system is full where the pool's own numbers say otherwise:
// the trash gives way.

#include <cerrno>
#include <functional>

#include "tests/backend/pool/trash_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Code = absl::StatusCode;

struct Verb {
  std::string name;
  std::string full_call;  // finds no room, once
  std::function<absl::Status(PoolBackend&, const std::string& id, Operation&)>
      run;
};

void PrintTo(const Verb& verb, std::ostream* out) { *out << verb.name; }

class NoRoomTest : public TrashFixture,
                   public ::testing::WithParamInterface<Verb> {
 protected:
  absl::Status Run(int full) {
    for (int i = 0; i < full; ++i) {
      kernel.calls().FailNext(GetParam().full_call, ENOSPC);
    }
    return GetParam().run(*pool, volume_.id, operation);
  }

  const backend::Volume volume_ = Create(BlockSpec("v"));
};

TEST_P(NoRoomTest, TheOldestInTheTrashMakesIt) {
  MakeTrash("old", kMiB, kMiB);
  const std::string newer = MakeTrash("new", kMiB, kMiB);
  EXPECT_TRUE(Run(1).ok());
  ASSERT_THAT(List(), SizeIs(1));
  EXPECT_EQ(List()[0].key, newer);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_P(NoRoomTest, WithNothingInTheTrashItIsExhaustedAndNothingIsLeft) {
  const int64_t before = Promised();
  const auto objects = Objects();
  EXPECT_THAT(Run(1), HasCode(Code::kResourceExhausted));
  EXPECT_EQ(Promised(), before);
  EXPECT_EQ(Objects(), objects);
  EXPECT_TRUE(Run(0).ok());
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_P(NoRoomTest, ItIsExhaustedOnceTheTrashIsEmpty) {
  MakeTrash("old", kMiB, kMiB);
  EXPECT_THAT(Run(2), HasCode(Code::kResourceExhausted));
  EXPECT_THAT(List(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Verbs, NoRoomTest,
    ::testing::Values(
        Verb{"Create", "Files.Link",
             [](PoolBackend& pool, const std::string&, Operation& operation) {
               backend::VolumeSpec spec{.name = "w"};
               spec.access_type = backend::AccessType::kBlock;
               spec.capacity = {.required_bytes = kMiB};
               return pool.CreateVolume(spec, operation).status();
             }},
        Verb{
            "Snapshot", "DataFiles.SetAttribute",
            [](PoolBackend& pool, const std::string& id, Operation& operation) {
              return pool
                  .CreateSnapshot({.name = "s", .source_volume_id = id},
                                  operation)
                  .status();
            }},
        Verb{
            "Expand", "DataFiles.Truncate",
            [](PoolBackend& pool, const std::string& id, Operation& operation) {
              return pool
                  .ExpandVolume(id, {.required_bytes = 128 * kMiB}, operation)
                  .status();
            }}),
    [](const auto& verb) { return verb.param.name; });

}  // namespace
}  // namespace holdfast::pool
