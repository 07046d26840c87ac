// A pool on the fake machine.

#ifndef HOLDFAST_TESTS_BACKEND_POOL_POOL_FIXTURE_H_
#define HOLDFAST_TESTS_BACKEND_POOL_POOL_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "backend/pool/pool_backend.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::pool {

inline constexpr int64_t kMiB = int64_t{1} << 20;
inline constexpr int64_t kGiB = int64_t{1} << 30;

// A machine with an XFS of 16 GiB at /pool and a pool on it, opened. Waiting
// is counted, not done. At the end no descriptor may be open and no rule of
// the machine violated.
class PoolFixture {
 public:
  PoolFixture();
  ~PoolFixture();

  // Another process opens the pool. The trash has no thread unless started.
  void Reopen();
  // The process is killed, or the machine loses power; then Reopen.
  void KillAndReopen();
  void CutPowerAndReopen();

  absl::StatusOr<std::unique_ptr<PoolBackend>> TryOpen();

  // A mount volume, and a block volume, of 64 MiB.
  backend::VolumeSpec Spec(const std::string& name) const;
  backend::VolumeSpec BlockSpec(const std::string& name) const;
  backend::SnapshotSpec SnapshotOf(const std::string& volume_id,
                                   const std::string& name) const;

  // Must succeed.
  backend::Volume Create(const backend::VolumeSpec& spec);
  backend::Snapshot Cut(const std::string& volume_id, const std::string& name);
  backend::Attachment Attach(const std::string& id);
  // Mounts the attached volume at /mnt, as a stage does.
  void Mount(const backend::Attachment& attachment);

  int64_t Promised() const { return pool->numbers().promised_bytes; }
  // What the pool holds, without templates: paths below it.
  std::vector<std::string> Objects();
  // Promised, counted anew from the directory by another process's eyes.
  int64_t CountedAnew();

  fakes::FakeKernel kernel;
  backend::VolumeFileSystem volume_file_systems{kernel.files(), kernel.mounts(),
                                                kernel.file_systems(),
                                                kernel.commands()};
  // What a test lets the machine see on purpose.
  size_t expected_violations = 0;
  absl::Duration waited;
  // Of what a test has put in the trash.
  std::string trash_key;
  // How far the pool's clock is ahead of the real one.
  absl::Duration ahead;
  PoolOptions options;
  Layout layout{"/pool"};
  std::unique_ptr<PoolBackend> pool;
  Operation operation{"Test"};

 private:
  PoolEnvironment Environment();
};

class PoolTest : public ::testing::Test, protected PoolFixture {};

MATCHER_P(HasCode, code, "") {
  const absl::Status status = arg;
  *result_listener << status;
  return status.code() == code;
}

MATCHER_P(SaysAll, texts, "") {
  const absl::Status status = arg;
  *result_listener << status;
  for (const std::string& text : texts) {
    if (status.message().find(text) == absl::string_view::npos) return false;
  }
  return true;
}

}  // namespace holdfast::pool

#endif  // HOLDFAST_TESTS_BACKEND_POOL_POOL_FIXTURE_H_
