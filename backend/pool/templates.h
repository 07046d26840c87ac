// Images with an empty file system, from which volumes are cloned.

#ifndef HOLDFAST_BACKEND_POOL_TEMPLATES_H_
#define HOLDFAST_BACKEND_POOL_TEMPLATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "backend/pool/layout.h"
#include "backend/pool/trash.h"
#include "base/operation.h"
#include "base/semaphore.h"
#include "base/unique_fd.h"
#include "os/command.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::pool {

struct TemplateSpec {
  std::string fs_type;  // one that FindFsType knows
  int64_t size_bytes = 0;
  uint32_t logical_block_bytes = 4096;
  std::vector<std::string> mkfs_options;  // MkfsOptionMistakes found none
};

// THE place that makes file systems: mkfs is started here and nowhere else,
// and only on a new file under incoming/, never near a volume.
//
// A template is made on the first use of its key (a hash of everything that
// decides its content, the version of mkfs included), published by one link,
// and shared by all its clones. The version is asked before each build, so a
// template is of the version in its key; those that are there stay in use
// until then. Concurrent first users wait for one build. At
// most `capacity` are kept: the one that was least used goes. Thread-safe.
class Templates {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    os::DataFiles& data_files;
    os::Commands& commands;
    const Layout& layout;
    Reservation& reservation;
    Trash& trash;  // asked for room
  };

  Templates(const Parts& parts, size_t capacity)
      : parts_(parts), capacity_(capacity), builds_(kConcurrentBuilds) {}

  // Finds and counts the templates that are there. Once, before Open.
  absl::Status Load();

  // The template, open for reading: it stays whole while it is open, whatever
  // becomes of its name. Errors: RESOURCE_EXHAUSTED; UNAVAILABLE or
  // DEADLINE_EXCEEDED if a build takes too long; FAILED_PRECONDITION if mkfs
  // is not installed; INVALID_ARGUMENT if it refuses the options of the spec.
  absl::StatusOr<UniqueFd> Open(const TemplateSpec& spec, Operation& operation);

  // No template of a volume of this size holds more. A btrfs of any size holds
  // 4.6 MiB, an ext4 4.2 MiB with 10 GiB and 17 MiB with 1 TiB, an xfs 0.4 MiB.
  static int64_t UpperBoundBytes(int64_t volume_bytes) {
    return (int64_t{5} << 20) + volume_bytes / 1024;
  }

 private:
  static constexpr int kConcurrentBuilds = 2;

  struct Cached {
    int64_t bytes = 0;
    int64_t last_use = 0;  // counts uses, not time
  };
  enum class Turn { kBuild, kLookAgain };

  absl::StatusOr<std::string> Key(const TemplateSpec& spec);
  absl::StatusOr<std::string> ToolVersion(const std::string& tool);
  void ForgetVersions();
  absl::StatusOr<Turn> TakeTurn(const std::string& key,
                                const Operation& operation);
  void EndTurn(const std::string& key);
  absl::Status Build(const std::string& key, const TemplateSpec& spec,
                     Operation& operation);
  absl::Status Make(const std::string& incoming, const std::string& key,
                    const TemplateSpec& spec, Operation& operation);
  absl::StatusOr<UniqueFd> Format(const std::string& path,
                                  const TemplateSpec& spec,
                                  const Operation& operation);
  absl::StatusOr<UniqueFd> Thin(const UniqueFd& formatted);
  void Touch(const std::string& key);
  void Remember(const std::string& key, int64_t bytes);
  void DropLeastUsed();

  const Parts parts_;
  const size_t capacity_;
  Semaphore builds_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Cached> cached_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> building_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::string> versions_
      ABSL_GUARDED_BY(mutex_);
  int64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_TEMPLATES_H_
