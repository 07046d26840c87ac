// The one place that makes file systems.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "backend/pool/parameters.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class TemplatesTest : public PoolTest {
 protected:
  backend::VolumeSpec Sized(int mib) {
    backend::VolumeSpec spec = Spec("v" + std::to_string(mib));
    spec.capacity = {.required_bytes = mib * kMiB};
    return spec;
  }
  std::vector<std::string> Kept() {
    return kernel.PathsUnder(layout.Templates());
  }
};

TEST_F(TemplatesTest, OnePerSize) {
  Create(Sized(32));
  Create(Sized(64));
  Create(Spec("again"));
  EXPECT_THAT(Kept(), SizeIs(2));
  EXPECT_THAT(kernel.formatted_paths(), SizeIs(2));
  EXPECT_THAT(kernel.formatted_paths(), Each(StartsWith("/pool/incoming/")));
}

TEST_F(TemplatesTest, UsedAgainByTheNextProcess) {
  Create(Sized(32));
  KillAndReopen();
  Create([this] {
    auto spec = Sized(32);
    spec.name = "next";
    return spec;
  }());
  EXPECT_THAT(kernel.formatted_paths(), SizeIs(1));
}

TEST_F(TemplatesTest, AnotherVersionOfMkfsMakesAnotherTemplate) {
  Create(Sized(32));
  kernel.SetProgram(
      "mkfs.ext4", [](const auto& argv) -> absl::StatusOr<os::CommandResult> {
        return os::CommandResult{0, argv[1] == "-V" ? "mke2fs 9.9" : ""};
      });
  KillAndReopen();
  auto spec = Sized(32);
  spec.name = "next";
  Create(spec);
  EXPECT_THAT(Kept(), SizeIs(2));
}

TEST_F(TemplatesTest, CountedInThePromises) {
  const int64_t before = Promised();
  Create(Sized(32));
  const int64_t held = kernel.files().Stat(Kept().front())->allocated_bytes;
  EXPECT_GT(held, 0);
  EXPECT_EQ(Promised(), before + 32 * kMiB + held);
  EXPECT_EQ(CountedAnew(), before + 32 * kMiB + held);
}

TEST_F(TemplatesTest, LeastUsedGoesWhenThereAreTooMany) {
  options.template_cache = 2;
  Reopen();
  Create(Sized(32));
  Create(Sized(33));
  auto again = Sized(32);
  again.name = "again";
  Create(again);
  Create(Sized(34));
  EXPECT_THAT(Kept(), SizeIs(2));
  EXPECT_EQ(Promised(), CountedAnew());
  const size_t made = kernel.formatted_paths().size();
  again.name = "kept";
  Create(again);
  EXPECT_THAT(kernel.formatted_paths(), SizeIs(made));
  again = Sized(33);
  again.name = "dropped";
  Create(again);
  EXPECT_THAT(kernel.formatted_paths(), SizeIs(made + 1));
}

TEST_F(TemplatesTest, ConcurrentFirstUsersWaitForOneBuild) {
  constexpr int kUsers = 8;
  std::mutex mutex;
  std::condition_variable begun;
  int looked = 0;
  // The build goes on only when all have found that there is no template.
  kernel.calls().OnCall([&](const fakes::Call& call) {
    std::unique_lock<std::mutex> lock(mutex);
    if (call.name == "Files.Open" &&
        call.argument.find("/pool/templates/") != std::string::npos) {
      ++looked;
      begun.notify_all();
    }
    if (call.name == "Commands.Run" &&
        call.argument.find("/pool/incoming/") != std::string::npos) {
      begun.wait(lock, [&] { return looked >= kUsers; });
    }
  });
  std::vector<std::thread> users;
  for (int i = 0; i < kUsers; ++i) {
    users.emplace_back([this, i] {
      Operation own("CreateVolume");
      const auto made = pool->CreateVolume(Spec("u" + std::to_string(i)), own);
      EXPECT_TRUE(made.ok()) << made.status();
    });
  }
  for (std::thread& user : users) user.join();
  kernel.calls().OnCall(nullptr);
  EXPECT_THAT(kernel.formatted_paths(), SizeIs(1));
}

TEST_F(TemplatesTest, FailedBuildSaysWhyAndLeavesNothing) {
  kernel.SetProgram("mkfs.ext4",
                    [](const auto& argv) -> absl::StatusOr<os::CommandResult> {
                      if (argv[1] == "-V")
                        return os::CommandResult{0, "mke2fs 1\n"};
                      return os::CommandResult{1, "mkfs.ext4: it is Friday\n"};
                    });
  const auto status = pool->CreateVolume(Spec("a"), operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("it is Friday"));
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_THAT(Kept(), IsEmpty());
  EXPECT_EQ(Promised(), 0);
}

// mkfs.xfs takes the sectors of the disk that the file is on for the least.
TEST_F(TemplatesTest, SmallBlocksThatTheDiskDoesNotHaveAreRefusedWithAdvice) {
  kernel.SetProgram("mkfs.xfs",
                    [](const auto& argv) -> absl::StatusOr<os::CommandResult> {
                      if (argv[1] == "-V")
                        return os::CommandResult{0, "mkfs.xfs 6\n"};
                      return os::CommandResult{1, "illegal sector size 512\n"};
                    });
  backend::VolumeSpec spec = Spec("a");
  spec.fs_type = "xfs";
  spec.parameters = {{kLogicalBlockBytesParameter, "512"}};
  const auto status = pool->CreateVolume(spec, operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Ask for blocks of 4096"),
                    HasSubstr("illegal sector size 512")));
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(TemplatesTest, MissingProgramIsNamed) {
  kernel.calls().FailNext("Commands.Run", ENOENT);
  const auto status = pool->CreateVolume(Spec("a"), operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("mkfs.ext4"));
}

TEST_F(TemplatesTest, FormatsNothingButANewFileUnderIncoming) {
  kernel.calls().Reset();
  Create(Spec("a"));
  bool is_new = false;
  for (const auto& call : kernel.calls().List()) {
    if (call.name == "Files.Create") {
      is_new = call.argument.find("/pool/incoming/") == 0;
    }
    if (call.name == "Commands.Run" &&
        call.argument.find("/pool") != std::string::npos) {
      EXPECT_TRUE(is_new);
      EXPECT_THAT(call.argument, HasSubstr(" /pool/incoming/"));
      EXPECT_THAT(call.argument, Not(HasSubstr("/pool/volumes")));
    }
  }
}

TEST_F(TemplatesTest, UpgradedMkfsIsNoticedBeforeItBuilds) {
  Create(Sized(32));
  const auto before = Kept();
  kernel.SetProgram(
      "mkfs.ext4", [](const auto& argv) -> absl::StatusOr<os::CommandResult> {
        return os::CommandResult{0, argv[1] == "-V" ? "mke2fs 9.9" : ""};
      });
  Create(Sized(33));
  const auto after = Kept();
  KillAndReopen();
  auto again = Sized(33);
  again.name = "again";
  Create(again);
  EXPECT_EQ(Kept(), after) << "it has the key of the version that built it";
}

TEST_F(TemplatesTest, FullFileSystemIsResourceExhausted) {
  options.overcommit_ratio = 100;
  kernel.SetTotalBytes("/pool", 512 << 10);
  Reopen();
  EXPECT_THAT(pool->CreateVolume(Sized(16), operation).status(),
              HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_F(TemplatesTest, NextProcessBuildsUnderAnotherName) {
  kernel.calls().FailAlways("Files.Link", EIO);
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(pool->CreateVolume(Sized(32), operation).ok());
    KillAndReopen();
    kernel.calls().FailAlways("Files.Link", EIO);
  }
  kernel.calls().ClearFaults();
  ASSERT_THAT(kernel.formatted_paths(), SizeIs(2));
  EXPECT_NE(kernel.formatted_paths()[0], kernel.formatted_paths()[1]);
}

}  // namespace
}  // namespace holdfast::pool
