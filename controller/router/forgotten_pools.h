// The pools that a person has struck off.

#ifndef HOLDFAST_CONTROLLER_ROUTER_FORGOTTEN_POOLS_H_
#define HOLDFAST_CONTROLLER_ROUTER_FORGOTTEN_POOLS_H_

#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::controller {

// Keeps them in a directory, one empty file "forgotten-pool-<home>" for each:
// a name appears whole or not at all, and a person takes a pool back by
// removing its file while the controller is stopped. Nothing is forgotten by
// time. Thread-safe. `files` and `data_files` must outlive it.
class ForgottenPools {
 public:
  // Knows none and can take none: for a controller without a directory.
  ForgottenPools() = default;
  // `directory` exists. Errors: what reading it says.
  static absl::StatusOr<std::set<std::string>> Load(
      os::Files& files, const std::string& directory);
  ForgottenPools(os::Files& files, os::DataFiles& data_files,
                 std::string directory, std::set<std::string> homes);

  bool Has(const std::string& home) const;
  std::set<std::string> All() const;

  // OK once the home is on the disk, and if it was there before.
  // FAILED_PRECONDITION without a directory; INTERNAL with the errno if it
  // cannot be written, and then nothing is forgotten.
  absl::Status Add(const std::string& home);

  // How a person takes it back, for messages.
  std::string HowToTakeBack(const std::string& home) const;

 private:
  std::string PathOf(const std::string& home) const;
  absl::Status Write(const std::string& home);

  os::Files* const files_ = nullptr;
  os::DataFiles* const data_files_ = nullptr;
  const std::string directory_;

  absl::Mutex adding_;  // one Add at a time; taken before mutex_
  mutable absl::Mutex mutex_;
  std::set<std::string> homes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_FORGOTTEN_POOLS_H_
