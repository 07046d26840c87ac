// The parts of the pool that need no machine.

#include <limits>
#include <thread>

#include "backend/pool/errors.h"
#include "backend/pool/loop_numbers.h"
#include "backend/pool/record.h"
#include "backend/pool/reservation.h"
#include "backend/pool/sizes.h"
#include "base/status.h"
#include "holdfast/v1/record.pb.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();

TEST(SizesTest, SmallestThatSatisfiesRequestAndRules) {
  struct Case {
    backend::CapacityRange request;
    SizeRules rules;
    int64_t size;
  };
  for (const Case& c :
       std::vector<Case>{{{0, 0}, {}, kGiB},
                         {{0, 10 * kMiB}, {}, 10 * kMiB},
                         {{0, 10 * kMiB + 1}, {}, 10 * kMiB},
                         {{1, 0}, {}, 4096},
                         {{4096, 4096}, {}, 4096},
                         {{4097, 0}, {}, 8192},
                         {{1, 0}, {.minimum_bytes = 16 * kMiB}, 16 * kMiB},
                         {{0, 0}, {.source_bytes = 8192}, 8192},
                         {{8192, 8192}, {.source_bytes = 8192}, 8192},
                         {{9000, 0}, {.source_bytes = 8192}, 12288},
                         {{513, 0}, {.block_bytes = 512}, 1024}}) {
    EXPECT_EQ(*ChooseSize(c.request, c.rules), c.size);
  }
}

TEST(SizesTest, WhatCannotBeIsOutOfRange) {
  struct Case {
    backend::CapacityRange request;
    SizeRules rules;
  };
  for (const Case& c :
       std::vector<Case>{{{kHuge, 0}, {}},
                         {{1, 4095}, {}},
                         {{0, 4095}, {}},
                         {{4097, 8000}, {}},
                         {{1, 15 * kMiB}, {.minimum_bytes = 16 * kMiB}},
                         {{0, 4096}, {.source_bytes = 8192}},
                         {{4096, 0}, {.source_bytes = 8192}}}) {
    EXPECT_THAT(ChooseSize(c.request, c.rules).status(),
                HasCode(absl::StatusCode::kOutOfRange));
  }
  EXPECT_THAT(ChooseLargerSize({kHuge, 0}, 4096, 4096).status(),
              HasCode(absl::StatusCode::kOutOfRange));
}

TEST(ReservationTest, HoldIsGivenBackUnlessCommitted) {
  Reservation reservation(100);
  {
    auto hold = reservation.Reserve(60);
    ASSERT_TRUE(hold.ok());
    EXPECT_EQ(reservation.numbers().promised_bytes, 60);
  }
  EXPECT_EQ(reservation.numbers().promised_bytes, 0);
  reservation.Reserve(60)->Commit();
  EXPECT_EQ(reservation.numbers().promised_bytes, 60);
  EXPECT_EQ(reservation.numbers().available_bytes(), 40);
}

TEST(ReservationTest, MovedHoldCountsOnce) {
  Reservation reservation(100);
  Reservation::Hold hold;
  hold = *reservation.Reserve(60);
  Reservation::Hold moved = std::move(hold);
  EXPECT_EQ(reservation.numbers().promised_bytes, 60);
  moved = *reservation.Reserve(30);
  EXPECT_EQ(reservation.numbers().promised_bytes, 30);
}

TEST(ReservationTest, LastByteFitsAndOneMoreDoesNot) {
  Reservation reservation(100);
  EXPECT_TRUE(reservation.Reserve(100).ok());
  EXPECT_THAT(reservation.Reserve(101).status(),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(reservation.Reserve(kHuge).status(),
              HasCode(absl::StatusCode::kResourceExhausted));
}

TEST(ReservationTest, OverpromisedPoolHasNothingLeft) {
  Reservation reservation(100);
  reservation.Exchange(0, 150);
  EXPECT_EQ(reservation.numbers().available_bytes(), 0);
  EXPECT_TRUE(reservation.Reserve(0).ok());
  EXPECT_FALSE(reservation.Reserve(1).ok());
}

TEST(ReservationTest, RaceForTheLastRoomHasOneWinner) {
  Reservation reservation(100);
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      auto hold = reservation.Reserve(60);
      if (!hold.ok()) return;
      hold->Commit();
      ++won;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
}

TEST(RecordTest, SnapshotIsReadBackTheSame) {
  StoredSnapshot stored;
  stored.snapshot.name = "s";
  stored.snapshot.source_volume_id = "v";
  stored.snapshot.format = {.access_type = backend::AccessType::kBlock,
                            .logical_block_bytes = 512};
  stored.snapshot.created_at =
      absl::FromUnixSeconds(1) + absl::Nanoseconds(999999999);
  stored.snapshot.parameters = {{"k", "v"}};
  stored.allocated_bytes = 7;
  const auto read = DecodeSnapshot(*EncodeSnapshot(stored));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->snapshot.name, "s");
  EXPECT_EQ(read->snapshot.source_volume_id, "v");
  EXPECT_EQ(read->snapshot.format.access_type, backend::AccessType::kBlock);
  EXPECT_EQ(read->snapshot.format.logical_block_bytes, 512u);
  EXPECT_EQ(read->snapshot.created_at, stored.snapshot.created_at);
  EXPECT_EQ(read->snapshot.parameters, stored.snapshot.parameters);
  EXPECT_EQ(read->allocated_bytes, 7);
}

TEST(RecordTest, EveryKindOfSourceIsReadBackTheSame) {
  using Kind = backend::ContentSource::Kind;
  for (const auto& source : std::vector<backend::ContentSource>{
           {}, {Kind::kSnapshot, "s"}, {Kind::kVolume, "v"}}) {
    backend::Volume volume;
    volume.spec.name = "n";
    volume.spec.source = source;
    EXPECT_EQ(DecodeVolume(*EncodeVolume(volume))->spec.source, source);
  }
}

TEST(RecordTest, LargestRecordFitsAndOneByteMoreDoesNot) {
  backend::Volume volume;
  volume.spec.name = "n";
  volume.spec.parameters["k"] = std::string(6000, 'x');
  volume.spec.claim_name = "x";
  const size_t rest = kMaximumRecordBytes - EncodeVolume(volume)->size();
  // A name of more than 127 bytes has one byte more in its length.
  volume.spec.claim_name = std::string(rest, 'x');
  EXPECT_EQ(EncodeVolume(volume)->size(), kMaximumRecordBytes);
  volume.spec.claim_name += "x";
  EXPECT_THAT(EncodeVolume(volume).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(RecordTest, AnythingElseIsDataLoss) {
  const std::string whole = [] {
    backend::Volume volume;
    volume.spec.name = "name";
    return *EncodeVolume(volume);
  }();
  for (const std::string& bytes :
       {std::string(), std::string("\xff"), whole.substr(0, 5)}) {
    EXPECT_THAT(DecodeVolume(bytes).status(),
                HasCode(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeSnapshot(bytes).status(),
                HasCode(absl::StatusCode::kDataLoss));
  }
}

TEST(MeaningTest, CodeFollowsFromTheErrno) {
  struct Case {
    int error;
    absl::StatusCode file;
    absl::StatusCode device;
  };
  for (const Case& c : std::vector<Case>{
           {ENOSPC, absl::StatusCode::kResourceExhausted,
            absl::StatusCode::kUnavailable},
           {EDQUOT, absl::StatusCode::kResourceExhausted,
            absl::StatusCode::kResourceExhausted},
           {EFBIG, absl::StatusCode::kOutOfRange,
            absl::StatusCode::kOutOfRange},
           {EMFILE, absl::StatusCode::kUnavailable,
            absl::StatusCode::kUnavailable},
           {ENOMEM, absl::StatusCode::kUnavailable,
            absl::StatusCode::kUnavailable},
           {EROFS, absl::StatusCode::kUnavailable,
            absl::StatusCode::kUnavailable},
           {EBUSY, absl::StatusCode::kInternal, absl::StatusCode::kUnavailable},
           {EIO, absl::StatusCode::kInternal, absl::StatusCode::kInternal},
           {ENOENT, absl::StatusCode::kInternal,
            absl::StatusCode::kInternal}}) {
    const absl::Status fact = ErrnoError("call", "object", c.error);
    EXPECT_THAT(Meaning(fact, "x"), HasCode(c.file));
    EXPECT_THAT(DeviceMeaning(fact, "x"), HasCode(c.device));
    EXPECT_TRUE(IsErrno(Meaning(fact, "x"), c.error));
  }
  EXPECT_TRUE(Meaning(absl::OkStatus(), "x").ok());
  EXPECT_THAT(Meaning(absl::DeadlineExceededError("late"), "x"),
              HasCode(absl::StatusCode::kDeadlineExceeded));
}

TEST(LoopNumbersTest, ReturnedNumbersComeFirstTheLowestFirst) {
  LoopNumbers numbers;
  EXPECT_EQ(numbers.Take(), 0);
  EXPECT_EQ(numbers.Take(), 1);
  EXPECT_EQ(numbers.Take(), 2);
  numbers.GiveBack(2);
  numbers.GiveBack(0);
  EXPECT_EQ(numbers.Take(), 0);
  EXPECT_EQ(numbers.Take(), 2);
  EXPECT_EQ(numbers.Take(), 3);
}

TEST(LoopNumbersTest, TakenNumbersAreNotGuessedUntilTheyAreFree) {
  LoopNumbers numbers;
  numbers.Skip(0);
  numbers.Skip(2);
  EXPECT_EQ(numbers.Take(), 1);
  numbers.GiveBack(2);
  EXPECT_EQ(numbers.Take(), 2);
  numbers.GiveBack(0);
  EXPECT_EQ(numbers.Take(), 0);
}

TEST(WaitUntilTest, AsksOnceMoreAtTheEndAndGivesUp) {
  absl::Duration waited;
  int asked = 0;
  const Clock clock{.sleep = [&](absl::Duration d) { waited += d; }};
  const auto done = WaitUntil(clock, [&]() -> absl::StatusOr<bool> {
    ++asked;
    return false;
  });
  EXPECT_FALSE(*done);
  EXPECT_GE(waited, absl::Seconds(1));
  EXPECT_LE(waited, absl::Milliseconds(1200));
  EXPECT_GT(asked, 10);
  EXPECT_TRUE(
      *WaitUntil(clock, [&]() -> absl::StatusOr<bool> { return true; }));
  EXPECT_FALSE(WaitUntil(clock, [&]() -> absl::StatusOr<bool> {
                 return absl::InternalError("x");
               }).ok());
}

v1::VolumeRecord LaterRecord() {
  v1::VolumeRecord record;
  record.set_name("n");
  record.set_access_type(v1::ACCESS_TYPE_MOUNT);
  record.set_logical_block_bytes(4096);
  return record;
}

TEST(RecordTest, FieldsOfALaterVersionSurviveNewPublications) {
  // Field 99, of 8 bytes (protobuf's wire format).
  const std::string later = "\x9a\x06\x08precious";
  const auto bytes = ReplacePublications(
      LaterRecord().SerializeAsString() + later, {{.node_id = "m"}});
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_NE(bytes->find(later), std::string::npos);
  EXPECT_EQ(DecodeVolume(*bytes)->publications.at(0).node_id, "m");
}

TEST(RecordTest, ValuesOfALaterVersionAreNotReadAsSomethingElse) {
  std::vector<std::pair<std::string, v1::VolumeRecord>> cases(
      3, {"", LaterRecord()});
  cases[0].first = "access_type";
  cases[0].second.set_access_type(static_cast<v1::AccessType>(9));
  cases[1].first = "source";
  // Field 9 is 1.
  EXPECT_TRUE(cases[1].second.mutable_source()->ParseFromString("\x48\x01"));
  cases[2].first = "publications.access_mode";
  cases[2].second.add_publications()->set_access_mode(
      static_cast<v1::AccessMode>(99));
  for (const auto& [field, record] : cases) {
    const auto status = DecodeVolume(record.SerializeAsString()).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(status, SaysAll(std::vector<std::string>{field}));
  }
}

}  // namespace
}  // namespace holdfast::pool
