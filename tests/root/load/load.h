// Callers that make, grow, copy and delete without a pause.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_LOAD_H_
#define HOLDFAST_TESTS_ROOT_LOAD_LOAD_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "base/ids.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/load/history.h"

namespace holdfast::root {

// One caller with objects of its own. Every mutating call of a controller is
// among what it does, chosen at random.
class Caller {
 public:
  using Objects = std::map<std::string, ObjectState>;

  // `pool` is what ids of this pool begin with: "p0123456789abcdef".
  struct Spec {
    Csi& csi;
    History& history;
    std::string pool;
    std::string node;  // where volumes are published
    std::string name;
    uint64_t seed = 0;
    // Volumes that this caller alone copies, and nobody changes: at least one.
    Objects sources;
  };

  explicit Caller(const Spec& spec) : spec_(spec), random_(spec.seed) {}

  // Makes one call. Not OK if the driver refused what it should not.
  absl::Status Step();

 private:
  absl::Status Create();
  absl::Status Delete();
  absl::Status Expand();
  absl::Status Publish();
  absl::Status Unpublish();
  absl::Status Snapshot();
  absl::Status DeleteSnapshot();

  struct Request {
    CreateArgs args;
    ObjectState state;  // what it makes
  };
  Request AnyRequest();
  std::string FreshName(IdKind kind);
  Objects::iterator Any(Objects& objects);
  const Objects::value_type& AnyToCopy();
  // What a snapshot or clone of it is.
  static ObjectState CopyOf(const Objects::value_type& source);
  size_t Roll(size_t sides) { return random_() % sides; }

  std::string IdOf(IdKind kind, const std::string& name) const;

  Spec spec_;
  std::mt19937_64 random_;
  Objects volumes_;
  Objects snapshots_;
};

// Several callers, each in a thread, until stopped or one is refused.
class Load {
 public:
  explicit Load(const std::vector<Caller::Spec>& callers);
  ~Load() { Stop().IgnoreError(); }

  // Ends the callers and answers the first refusal.
  absl::Status Stop();

 private:
  void Run(Caller caller);

  std::atomic<bool> stop_{false};
  absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_LOAD_H_
