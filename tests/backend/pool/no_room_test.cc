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

// Not promised, and not there: others write to the file system, or files in use
// took space ahead.
class RealRoomTest : public TrashFixture {
 protected:
  void Take(int64_t bytes) {
    ASSERT_TRUE(kernel.files().Create("/pool/other").ok());
    ASSERT_TRUE(kernel.WriteRange("/pool/other", 0, bytes));
  }
  int Freed() { return kernel.calls().Count("Files.FreeTakenAhead"); }
};

TEST_F(RealRoomTest, CreateIsRefusedWithTheNumbersAndTakesNothing) {
  Take(10 * kGiB);
  const int64_t before = Promised();
  const auto objects = Objects();
  const absl::Status refused = CreateOf("a", 7 * kGiB);
  EXPECT_THAT(refused, HasCode(Code::kResourceExhausted));
  EXPECT_THAT(std::string(refused.message()),
              ::testing::AllOf(::testing::HasSubstr("7516192768 bytes"),
                               ::testing::HasSubstr("are free")));
  EXPECT_EQ(Promised(), before);
  EXPECT_EQ(Objects(), objects);
  EXPECT_EQ(Freed(), 1);
  EXPECT_TRUE(CreateOf("a", 4 * kGiB).ok());
  EXPECT_EQ(Freed(), 1) << "asked only if the reserve is touched";
}

TEST_F(RealRoomTest, ACreateGetsWhatWasTakenAhead) {
  Take(10 * kGiB);
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name != "Files.FreeTakenAhead") return;
    EXPECT_TRUE(kernel.files().Unlink("/pool/other").ok());
  });
  EXPECT_TRUE(CreateOf("a", 7 * kGiB).ok());
  kernel.calls().OnCall(nullptr);
}

TEST_F(RealRoomTest, TheTrashGivesWayFirst) {
  MakeTrash("old", 4 * kGiB, 4 * kGiB);
  Take(8 * kGiB);
  EXPECT_TRUE(CreateOf("a", 6 * kGiB).ok());
  EXPECT_TRUE(Trashed().empty());
}

TEST_F(RealRoomTest, ExpansionIsRefusedLikewise) {
  ASSERT_TRUE(CreateOf("a", kGiB).ok());
  Take(10 * kGiB);
  const absl::Status refused =
      pool->ExpandVolume(IdOf("a"), {.required_bytes = 8 * kGiB}, operation)
          .status();
  EXPECT_THAT(refused, HasCode(Code::kResourceExhausted));
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(RealRoomTest, WhoPromisesMoreThanThereIsIsNotAsked) {
  options.overcommit_ratio = 2;
  Reopen();
  Take(10 * kGiB);
  EXPECT_TRUE(CreateOf("a", 20 * kGiB).ok());
  EXPECT_EQ(Freed(), 0);
}

}  // namespace
}  // namespace holdfast::pool
