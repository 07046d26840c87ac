// CreateVolume without a source.

#include <algorithm>

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using CreateTest = PoolTest;

TEST_F(CreateTest, VolumeIsAsAskedForAndReadBackTheSame) {
  backend::VolumeSpec spec = Spec("pvc-1");
  spec.claim_namespace = "shop";
  spec.claim_name = "data";
  spec.persistent_volume_name = "pv-1";
  const backend::Volume made = Create(spec);
  EXPECT_EQ(made.id, pool->VolumeId({.name = "pvc-1"}).value());
  for (const auto& volume : {made, *pool->GetVolume(made.id)}) {
    EXPECT_EQ(volume.id, made.id);
    EXPECT_EQ(volume.size_bytes, 64 * kMiB);
    EXPECT_EQ(volume.format.access_type, backend::AccessType::kMount);
    EXPECT_EQ(volume.format.fs_type, "ext4");
    EXPECT_EQ(volume.format.logical_block_bytes, 4096u);
    EXPECT_EQ(volume.spec.name, "pvc-1");
    EXPECT_EQ(volume.spec.capacity, spec.capacity);
    EXPECT_EQ(volume.spec.fs_type, "ext4");
    EXPECT_EQ(volume.spec.claim_namespace, "shop");
    EXPECT_EQ(volume.spec.claim_name, "data");
    EXPECT_EQ(volume.spec.persistent_volume_name, "pv-1");
    EXPECT_EQ(volume.created_at, made.created_at);
    EXPECT_THAT(volume.publications, IsEmpty());
  }
}

TEST_F(CreateTest, MountVolumeHasAFileSystemAndBlockVolumeIsBlank) {
  const auto mount = Create(Spec("m"));
  const auto block = Create(BlockSpec("b"));
  EXPECT_EQ(kernel.file_systems().Probe(layout.Volume(mount.id))->type, "ext4");
  const auto fd =
      kernel.files().Open(layout.Volume(block.id), os::OpenMode::kReadOnly);
  EXPECT_TRUE(*kernel.data_files().IsBlank(fd->get()));
  EXPECT_EQ(block.format.fs_type, "");
}

TEST_F(CreateTest, SurvivesAPowerCutOnceAnswered) {
  const auto volume = Create(Spec("a"));
  const auto block = Create(BlockSpec("b"));
  CutPowerAndReopen();
  EXPECT_EQ(pool->GetVolume(volume.id)->size_bytes, volume.size_bytes);
  EXPECT_EQ(kernel.file_systems().Probe(layout.Volume(volume.id))->type,
            "ext4");
  EXPECT_EQ(pool->GetVolume(block.id)->spec.name, "b");
}

TEST_F(CreateTest, RecordIsThereBeforeTheName) {
  int checked = 0;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name != "Files.SyncDirectory") return;
    EXPECT_TRUE(pool->GetVolume(pool->VolumeId({.name = "a"}).value()).ok());
    ++checked;
  });
  Create(BlockSpec("a"));
  kernel.calls().OnCall(nullptr);
  EXPECT_EQ(checked, 1);
}

TEST_F(CreateTest, HintsComeBeforeTheData) {
  Create(Spec("warm-up"));
  kernel.calls().Reset();
  Create(Spec("a"));
  std::vector<std::string> order;
  for (const auto& call : kernel.calls().List()) {
    for (const char* name :
         {"Files.CreateUnnamed", "DataFiles.SetExtentHints", "DataFiles.Clone",
          "DataFiles.Truncate", "DataFiles.SetAttribute", "Files.Link",
          "DataFiles.Sync"}) {
      if (call.name == name) order.push_back(call.name);
    }
  }
  EXPECT_THAT(order, ElementsAre("Files.CreateUnnamed",
                                 "DataFiles.SetExtentHints", "DataFiles.Clone",
                                 "DataFiles.Truncate", "DataFiles.SetAttribute",
                                 "Files.Link", "DataFiles.Sync"));
}

TEST_F(CreateTest, SecondOfThatNameAlreadyExists) {
  Create(Spec("a"));
  const int64_t promised = Promised();
  EXPECT_THAT(pool->CreateVolume(Spec("a"), operation).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Promised(), promised);
}

TEST_F(CreateTest, WhatACutShortCallLeftIsMadeDurableBeforeItIsReported) {
  Create(Spec("warm-up"));
  kernel.calls().Reset();
  Create(Spec("a"));
  int sync = 0;
  const auto calls = kernel.calls().List();
  for (size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].name == "DataFiles.Sync") sync = static_cast<int>(i) + 1;
  }
  ASSERT_GT(sync, 0);
  kernel.calls().StopAt(sync);
  EXPECT_FALSE(pool->CreateVolume(Spec("b"), operation).ok());
  KillAndReopen();
  EXPECT_THAT(pool->CreateVolume(Spec("b"), operation).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
  CutPowerAndReopen();
  EXPECT_EQ(pool->GetVolume(pool->VolumeId({.name = "b"}).value())->size_bytes,
            64 * kMiB);
}

TEST_F(CreateTest, SizeIsRoundedUpToTheBlock) {
  backend::VolumeSpec spec = BlockSpec("a");
  spec.capacity = {.required_bytes = 1};
  EXPECT_EQ(Create(spec).size_bytes, 4096);
  spec.name = "b";
  spec.capacity = {.required_bytes = 20 * kMiB + 1};
  EXPECT_EQ(Create(spec).size_bytes, 20 * kMiB + 4096);
}

TEST_F(CreateTest, SmallMountVolumeIsGivenTheMinimumOfItsType) {
  backend::VolumeSpec spec = Spec("a");
  spec.capacity = {.required_bytes = 1};
  EXPECT_EQ(Create(spec).size_bytes, 16 * kMiB);
  spec.name = "b";
  spec.capacity = {.required_bytes = 1, .limit_bytes = 16 * kMiB - 1};
  EXPECT_THAT(pool->CreateVolume(spec, operation).status(),
              HasCode(absl::StatusCode::kOutOfRange));
}

TEST_F(CreateTest, UnknownParameterIsRefusedWithTheKnownOnes) {
  backend::VolumeSpec spec = Spec("a");
  spec.parameters = {{"tpye", "fast"}};
  const auto status = pool->CreateVolume(spec, operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(status.message()), HasSubstr("tpye"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Known:"));
}

TEST_F(CreateTest, UnknownFileSystemIsRefusedWithTheOfferedOnes) {
  backend::VolumeSpec spec = Spec("a");
  spec.fs_type = "ntfs";
  const auto status = pool->CreateVolume(spec, operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Offered: ext4"));
}

TEST_F(CreateTest, RecordTooLargeIsRefusedBeforeAnythingIsMade) {
  backend::VolumeSpec spec = Spec("a");
  spec.claim_name = std::string(9000, 'x');
  kernel.calls().Reset();
  EXPECT_THAT(pool->CreateVolume(spec, operation).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(kernel.calls().Count("Files.CreateUnnamed"), 0);
  EXPECT_EQ(kernel.calls().Count("Commands.Run"), 0);
}

TEST_F(CreateTest, NoRoomSaysTheNumbersAndMakesNothing) {
  const int64_t promised = Promised();
  backend::VolumeSpec spec = BlockSpec("a");
  spec.capacity = {.required_bytes = 20 * kGiB};
  const auto status = pool->CreateVolume(spec, operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(std::to_string(20 * kGiB)));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(std::to_string(pool->numbers().usable_bytes)));
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_EQ(Promised(), promised);
}

TEST_F(CreateTest, CancelledCallMakesNothing) {
  Operation cancelled("CreateVolume", absl::InfiniteFuture(),
                      [] { return true; });
  EXPECT_THAT(pool->CreateVolume(Spec("a"), cancelled).status(),
              HasCode(absl::StatusCode::kCancelled));
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(CreateTest, OnlyTheFirstOfASizeStartsAProgram) {
  Create(Spec("a"));
  kernel.calls().Reset();
  Create(Spec("b"));
  Create(BlockSpec("c"));
  EXPECT_EQ(kernel.calls().Count("Commands.Run"), 0);
}

TEST_F(CreateTest, MkfsRunsOnlyInIncoming) {
  Create(Spec("a"));
  Create(BlockSpec("b"));
  ASSERT_THAT(kernel.formatted_paths(), SizeIs(1));
  EXPECT_THAT(kernel.formatted_paths().front(), StartsWith("/pool/incoming/"));
}

}  // namespace
}  // namespace holdfast::pool
