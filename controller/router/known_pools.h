// The pools that were ever announced.

#ifndef HOLDFAST_CONTROLLER_ROUTER_KNOWN_POOLS_H_
#define HOLDFAST_CONTROLLER_ROUTER_KNOWN_POOLS_H_

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "controller/router/agent.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::controller {

struct KnownPool {
  Announcement announcement;
  std::string agent;  // the name of the one that announced it last

  friend bool operator==(const KnownPool&, const KnownPool&) = default;
};
using KnownPoolMap = std::map<std::string, KnownPool>;  // by home

// Keeps them in a directory, one small file "known-pool-<home>" for each, so
// that a restarted controller knows what its lists lack: the agent of a pool
// may be on no list of addresses that day. Each file is written aside and
// renamed. It holds lines "key value"; what it lacks is empty. Nothing is
// removed: a pool that is gone for good is forgotten (forgotten_pools.h).
// Thread-safe. `files` and `data_files` must outlive it.
class KnownPools {
 public:
  // Knows none and keeps none: for a controller without a directory.
  KnownPools() = default;
  // `directory` exists. `topology`: the segment whose value a node's name is.
  // Errors: what reading says.
  static absl::StatusOr<KnownPoolMap> Load(os::Files& files,
                                           const std::string& directory,
                                           const std::string& topology);
  KnownPools(os::Files& files, os::DataFiles& data_files, std::string directory,
             KnownPoolMap pools);

  KnownPoolMap All() const;
  // Durable when OK. Costs nothing for what is known so already.
  absl::Status Add(const std::string& home, const KnownPool& pool);

 private:
  absl::Status Write(const std::string& home, const KnownPool& pool)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(adding_);
  bool Has(const std::string& home, const KnownPool& pool) const;

  os::Files* const files_ = nullptr;  // null: keeps nothing
  os::DataFiles* const data_files_ = nullptr;
  const std::string directory_;

  absl::Mutex adding_;  // held while files are written
  mutable absl::Mutex mutex_;
  KnownPoolMap pools_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_KNOWN_POOLS_H_
