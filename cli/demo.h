// The demo: one volume with real files through all that Holdfast does.

#ifndef HOLDFAST_CLI_DEMO_H_
#define HOLDFAST_CLI_DEMO_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/admin_client.h"
#include "cli/csi_client.h"
#include "cli/progress.h"
#include "cli/tree.h"
#include "cli/workplace.h"

namespace holdfast::cli {

// Of the volume with xfs: mkfs.xfs makes none that is smaller.
inline constexpr int64_t kXfsBytes = int64_t{300} << 20;

struct DemoOptions {
  std::string directory;  // existing; mounts are made below it
  std::string tree;       // copied into the volume; empty: files made up
  int clones = 100;
  int64_t size_bytes = 0;  // of the volume; 0: what the pool has room for
};

// Creates, stages, publishes, writes checksummed files, snapshots, restores
// larger, verifies, grows (mounted where the kernel lets the daemon, else
// unmounted), clones, mounts all clones, reads all back, brings a deleted
// volume back from the trash, and deletes. Says each step and its time through
// `progress`. Everything made is gone when Run
// returns, also after an error.
//
// Not thread-safe. The clients and `progress` must outlive it.
class Demo {
 public:
  struct Parts {
    CsiClient& controller;
    CsiClient& node;
    AdminClient& admin;
    Progress& progress;
    // Asked between steps: true ends the demo with CANCELLED.
    std::function<bool()> interrupted;
  };

  Demo(Parts parts, DemoOptions options);

  absl::Status Run();

 private:
  using Body = absl::FunctionRef<absl::Status()>;
  using VolumeBody = absl::FunctionRef<absl::Status(WorkVolume&)>;

  // Runs one step under its name.
  absl::Status Step(const std::string& text, Body body);
  // The same some times in turn, with median and maximum.
  absl::Status Repeat(const std::string& text, size_t times,
                      absl::FunctionRef<absl::Status(size_t)> body);
  // The same for each clone.
  absl::Status EachClone(const std::string& text, VolumeBody body);

  absl::Status Introduce();
  absl::Status ChooseSize();
  absl::Status RunSteps();
  absl::Status MakeOriginal();
  absl::Status FillOriginal();
  absl::Status RestoreLarger();
  absl::Status Grow();
  absl::Status GrowUnmounted(int64_t bytes);
  absl::Status MakeClones();
  absl::Status CheckClones();
  absl::Status DeleteAll();

  // In demo_trash.cc: an xfs beside the others, deleted and brought back.
  absl::Status MakeXfs();
  absl::Status DeleteAndUndelete();
  absl::Status Undelete(const WorkVolume& volume);
  absl::Status VerifyUndeleted();
  absl::Status Mount(WorkVolume& volume);
  absl::Status Unmount(WorkVolume& volume);

  // OK if the file system at the restored volume's target has grown since
  // it had `before` bytes.
  absl::Status CheckLarger(int64_t before);

  Parts parts_;
  DemoOptions options_;
  Workplace workplace_;
  Manifest manifest_;
  WorkVolume* original_ = nullptr;
  WorkVolume* restored_ = nullptr;
  WorkVolume* xfs_ = nullptr;  // null where there is no room for it
  Manifest xfs_manifest_;
  std::string snapshot_id_;
  std::vector<WorkVolume*> clones_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_DEMO_H_
