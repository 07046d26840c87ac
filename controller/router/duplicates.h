// Volumes of one name in two pools: what a pool that was silent and returns
// can bring with it.

#ifndef HOLDFAST_CONTROLLER_ROUTER_DUPLICATES_H_
#define HOLDFAST_CONTROLLER_ROUTER_DUPLICATES_H_

#include <prometheus/counter.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "base/metrics.h"
#include "controller/router/agents.h"
#include "controller/router/appearances.h"

namespace holdfast::controller {

// Whenever a pool has appeared, compares all volumes that can be reached. Of
// two of one name and alike in source and parameters, the one that nobody has
// written to since it was made goes to the trash of its pool; the agent looks
// again before it acts (Admin.DeletePristineVolume). While nobody has written
// to either, it cannot be known which one the orchestrator was told of: both
// stay, and are looked at again now and then. Where both were written to, or
// they differ, nothing is touched and an ERROR says so.
//
// Works in a thread of its own, on one volume at a time; calls never wait for
// it. Counts holdfast_router_duplicates_total{result}: "trashed",
// "both_written", "different", "failed".
class Duplicates {
 public:
  // The references must outlive it. `recheck`: how long two that nobody has
  // written to are left alone.
  Duplicates(Agents& agents, Appearances& appearances, Metrics& metrics,
             absl::Duration recheck = absl::Minutes(1));
  // Ends the waiting of `appearances`; one question under way ends in seconds.
  ~Duplicates();

  Duplicates(const Duplicates&) = delete;
  Duplicates& operator=(const Duplicates&) = delete;

 private:
  struct Copy {
    std::string id;
    std::shared_ptr<Agent> agent;
    absl::Time created_at;
    absl::Time modified_at;
    std::string meant;  // source and parameters, to be compared only

    bool IsPristine() const { return modified_at == created_at; }
  };

  void Check();
  // By what follows the pool in their ids.
  std::map<std::string, std::vector<Copy>> AllVolumes();
  std::vector<Copy> VolumesOf(const Agents::Connected& pool);
  void Resolve(std::vector<Copy> copies);
  void MoveToTrash(const Copy& copy, const Copy& kept);
  void Report(const Copy& copy, const Copy& other, const char* result);
  void Count(const std::string& result);

  Agents& agents_;
  Appearances& appearances_;
  const absl::Duration recheck_;
  prometheus::Family<prometheus::Counter>& counters_;
  // The ids that an ERROR was about: said once. The thread's own.
  std::set<std::string> reported_;
  bool undecided_ = false;  // the thread's own, too
  std::jthread thread_;     // the last member: joined before the others go
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_DUPLICATES_H_
