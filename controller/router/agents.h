// The directory of agents: which one has which pool.

#ifndef HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_
#define HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "controller/router/agent.h"
#include "rpc/endpoint.h"

namespace holdfast::controller {

// Learns lazily what the agents announce, and again after each loss of a
// connection; knows nothing that an agent has not said of itself. Agents are
// asked side by side and each at most once at a time, so that a silent one
// delays only calls that need it. Two agents that announce one pool are both
// refused until a person has seen to it. Thread-safe.
class Agents {
 public:
  // An agent that answers, and what it announced.
  struct Connected {
    Agent* agent = nullptr;
    Announcement announcement;
  };

  // An agent that does not.
  struct Absent {
    std::string reason;
    std::optional<Announcement> announcement;  // its last one
  };

  // Who answers now and who does not.
  struct Roster {
    std::vector<Connected> connected;  // by home: the order of ids
    std::vector<Absent> absent;

    // Why the absent do not answer, one after the other.
    std::string Reasons() const;
  };

  // An agent that was just started is given `patience` to answer.
  Agents(const std::vector<rpc::Endpoint>& endpoints,
         const AnnouncementKeys& keys,
         absl::Duration patience = absl::Seconds(2));
  // Ends the questions under way. No call may be going on.
  ~Agents();

  Agents(const Agents&) = delete;
  Agents& operator=(const Agents&) = delete;

  // The agent of the pool that `id` belongs to. NOT_FOUND for a malformed id;
  // UNAVAILABLE if that pool is not connected.
  absl::StatusOr<Agent*> ForId(const std::string& id,
                               const Operation& operation);

  // Who can be reached. One that did not answer when it was last asked is
  // waited for only if there is nobody else.
  Roster Reachable(const Operation& operation);

  // Every agent; UNAVAILABLE naming those that do not answer.
  absl::StatusOr<std::vector<Connected>> All(const Operation& operation);

  // To be told when a call to the agent ended without its answer: it is asked
  // again before it is believed.
  void Doubt(const Agent& agent);

  // OK once any agent has answered; UNAVAILABLE before. Does not wait: for
  // the readiness of the process, which is asked again and again.
  absl::Status CheckReady();

 private:
  enum class State { kNew, kAsked, kAskedAgain, kKnown, kSilent };

  struct Entry {
    std::unique_ptr<Agent> agent;
    State state = State::kNew;
    absl::Status error;                     // while silent
    std::optional<Announcement> announced;  // the last one, in any state
    // Ends with its question. The last member: joined before the others go.
    std::jthread asking;
  };

  void AskAll() ABSL_LOCKS_EXCLUDED(mutex_);
  // Silent, with the reason, if no thread can be made for the question.
  void AskIfOutdated(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Learn(Entry& entry, absl::StatusOr<Announcement> answer);

  bool NobodyIs(State state) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool Settled() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool HasSome() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::vector<Entry*> WithHome(const std::string& home)
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool IsAmbiguous(const Entry& entry) ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Roster Read() ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status NotConnected(const std::string& id, const std::string& home)
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const absl::Duration patience_;
  absl::Mutex mutex_;
  // A deque: entries do not move. The list is fixed, their states are not.
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_
