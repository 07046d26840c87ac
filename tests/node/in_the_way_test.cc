// What is found at a path that a call is about: layers of ours, mounts and
// files of others. Ours is taken off whole; what is foreign is never touched.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AccessType;
using ::testing::SizeIs;

constexpr auto kMount = AccessType::kMount;
constexpr auto kBlock = AccessType::kBlock;

enum class Way {
  kOursTwice,
  kForeignOnTop,
  kForeignBelow,
  kForeignAlone,
  kFileWithData,
  kDirectoryWithContent,
  kSymlink,
};

enum class Call { kStage, kUnstage, kPublish, kUnpublish };

struct Case {
  std::string name;
  Call call;
  Way way;
  AccessType type;
  StatusCode code;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

class InTheWayTest : public ::testing::TestWithParam<Case> {
 protected:
  static constexpr char kOther[] = "/kubelet/other";

  InTheWayTest()
      : id_(world_.MakeVolume(GetParam().type)),
        other_(world_.MakeVolume(GetParam().type, "other")),
        path_(IsStaging() ? StagedPath(GetParam().type, kStaging) : kTarget) {
    world_.kernel().MakeDirectories(kOther);
    StageSpec spec = world_.StageOf(other_, GetParam().type);
    spec.staging_path = kOther;
    EXPECT_TRUE(world_.Stage(spec).ok());
    if (!IsStaging()) {
      EXPECT_TRUE(Do(Call::kStage).ok());
    }
    MakeWay();
  }

  bool IsStaging() const {
    return GetParam().call == Call::kStage || GetParam().call == Call::kUnstage;
  }

  absl::Status Do(Call call) {
    switch (call) {
      case Call::kStage:
        return world_.Stage(world_.StageOf(id_, GetParam().type));
      case Call::kUnstage:
        return world_.Unstage(id_);
      case Call::kPublish:
        return world_.Publish(world_.PublishOf(id_, GetParam().type));
      case Call::kUnpublish:
        return world_.Unpublish(id_);
    }
    return absl::OkStatus();
  }
  // What brings this volume to the path.
  void DoOurs() {
    EXPECT_TRUE(Do(IsStaging() ? Call::kStage : Call::kPublish).ok());
  }

  void Stack(const std::string& source) {
    const auto copy = world_.kernel().mounts().CloneMount(source);
    ASSERT_TRUE(copy.ok()) << copy.status();
    const absl::Status put =
        world_.kernel().mounts().Attach(copy->get(), path_);
    ASSERT_TRUE(put.ok()) << put;
  }
  void StackForeign() {
    if (!world_.Exists(path_)) MakePlace();
    Stack(StagedPath(GetParam().type, kOther));
  }
  void MakePlace() {
    if (GetParam().type == kMount)
      return world_.kernel().MakeDirectories(path_);
    EXPECT_TRUE(world_.kernel().files().Create(path_).ok());
  }

  void MakeWay() {
    switch (GetParam().way) {
      case Way::kOursTwice:
        DoOurs();
        return Stack(path_);
      case Way::kForeignOnTop:
        DoOurs();
        return StackForeign();
      case Way::kForeignBelow:
        return MakeForeignBelow();
      case Way::kForeignAlone:
        return StackForeign();
      case Way::kFileWithData: {
        RemovePlace();
        const auto file = world_.kernel().files().Create(path_);
        EXPECT_TRUE(world_.kernel().files().WriteAll(file->get(), "x").ok());
        return;
      }
      case Way::kDirectoryWithContent:
        return world_.kernel().MakeDirectories(path_ + "/content");
      case Way::kSymlink:
        RemovePlace();
        return world_.kernel().AddSymlink(path_);
    }
  }
  void RemovePlace() {
    world_.kernel().files().RemoveDirectory(path_).IgnoreError();
  }
  void MakeForeignBelow() {
    DoOurs();
    const auto copy = world_.kernel().mounts().CloneMount(path_);
    EXPECT_TRUE(world_.kernel().mounts().Unmount(path_).ok());
    StackForeign();
    EXPECT_TRUE(world_.kernel().mounts().Attach(copy->get(), path_).ok());
  }

  // How often the other volume is mounted at the path.
  int Foreign() { return CountAt(world_.Device(other_)); }
  int Ours() { return CountAt(world_.Device(id_)); }
  int CountAt(const std::string& device) {
    if (device.empty()) return 0;
    const auto node = world_.kernel().files().Stat(device);
    const auto mounts = world_.kernel().mounts().List();
    return static_cast<int>(
        std::count_if(mounts->begin(), mounts->end(), [&](const auto& mount) {
          return mount.path == path_ &&
                 (GetParam().type == kMount
                      ? mount.file_system == node->device
                      : absl::StrCat("/dev", mount.root) == device ||
                            mount.root == device);
        }));
  }

  World world_;
  const std::string id_;
  const std::string other_;
  const std::string path_;
};

TEST_P(InTheWayTest, IsAnsweredAndNothingForeignIsTouched) {
  const int foreign = Foreign();
  const auto files = world_.kernel().PathsUnder("/kubelet");
  const absl::Status status = Do(GetParam().call);
  EXPECT_EQ(status.code(), GetParam().code) << status;
  EXPECT_EQ(Foreign(), foreign);
  const bool undoes =
      GetParam().call == Call::kUnstage || GetParam().call == Call::kUnpublish;
  if (GetParam().code == StatusCode::kOk) {
    EXPECT_EQ(Ours() > 0, !undoes);
  } else if (GetParam().way != Way::kForeignBelow) {
    EXPECT_EQ(world_.kernel().PathsUnder("/kubelet"), files);
  }
  if (GetParam().way == Way::kForeignBelow && undoes) {
    EXPECT_EQ(Ours(), 0);
    EXPECT_EQ(foreign, 1);
    // The device does not wait for the other to go.
    EXPECT_THAT(world_.Loops(), SizeIs(IsStaging() ? 1 : 2));
  }
  // Whatever it was: told to the caller alike again.
  EXPECT_EQ(Do(GetParam().call).code(), GetParam().code);
  EXPECT_EQ(Foreign(), foreign);
}

std::vector<Case> Cases() {
  constexpr auto kOk = StatusCode::kOk;
  constexpr auto kRefused = StatusCode::kFailedPrecondition;
  struct Row {
    const char* name;
    Way way;
    StatusCode stage, unstage, publish, unpublish;
  };
  // A staging directory is its caller's: unstage leaves what is in it.
  const Row mount_rows[] = {
      {"OursTwice", Way::kOursTwice, kOk, kOk, kOk, kOk},
      {"ForeignOnTop", Way::kForeignOnTop, kRefused, kRefused, kRefused,
       kRefused},
      {"ForeignBelow", Way::kForeignBelow, kOk, kRefused, kOk, kRefused},
      {"ForeignAlone", Way::kForeignAlone, kRefused, kRefused, kRefused,
       kRefused},
      {"FileWithData", Way::kFileWithData, kRefused, kOk, kRefused, kRefused},
      {"DirectoryWithContent", Way::kDirectoryWithContent, kOk, kOk, kRefused,
       kRefused},
      {"Symlink", Way::kSymlink, kRefused, kOk, kRefused, kRefused}};
  const Row block_rows[] = {
      {"OursTwice", Way::kOursTwice, kOk, kOk, kOk, kOk},
      {"ForeignOnTop", Way::kForeignOnTop, kRefused, kRefused, kRefused,
       kRefused},
      {"ForeignBelow", Way::kForeignBelow, kOk, kRefused, kOk, kRefused},
      {"ForeignAlone", Way::kForeignAlone, kRefused, kRefused, kRefused,
       kRefused},
      {"FileWithData", Way::kFileWithData, kRefused, kRefused, kRefused,
       kRefused},
      {"DirectoryWithContent", Way::kDirectoryWithContent, kRefused, kRefused,
       kRefused, kRefused},
      {"Symlink", Way::kSymlink, kRefused, kRefused, kRefused, kRefused}};
  std::vector<Case> cases;
  const auto add = [&](const Row& row, AccessType type) {
    const std::string name =
        absl::StrCat(type == kMount ? "Mount" : "Block", row.name);
    cases.push_back({"Stage" + name, Call::kStage, row.way, type, row.stage});
    cases.push_back(
        {"Unstage" + name, Call::kUnstage, row.way, type, row.unstage});
    cases.push_back(
        {"Publish" + name, Call::kPublish, row.way, type, row.publish});
    cases.push_back(
        {"Unpublish" + name, Call::kUnpublish, row.way, type, row.unpublish});
  };
  for (const Row& row : mount_rows) add(row, kMount);
  for (const Row& row : block_rows) add(row, kBlock);
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Node, InTheWayTest, ::testing::ValuesIn(Cases()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace holdfast::node
