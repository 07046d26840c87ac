// The directory of agents: which one has which pools.

#ifndef HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_
#define HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
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
#include "controller/router/appearances.h"
#include "controller/router/forgotten_pools.h"
#include "controller/router/roster.h"
#include "rpc/endpoint.h"

namespace holdfast::controller {

// What the directory works with. The references must outlive it.
struct AgentsParts {
  AnnouncementKeys keys;
  ForgottenPools& forgotten;
  Appearances& appearances;  // told of each pool that comes (back)
  // What an agent that was just started is given to answer.
  absl::Duration patience = absl::Seconds(2);
  // How long an answer is believed: a pool may open late.
  absl::Duration max_age = absl::Seconds(5);
};

// Learns what the agents announce when it is needed, again after each loss of
// a connection and when the answer is old; knows nothing that an agent has not
// said of itself. Agents are asked side by side and each at most once at a
// time, so that a silent one delays only calls that need it. A pool that was
// announced since the start is remembered: while nobody announces it, it is
// absent. Two agents that announce one pool are both refused for it until a
// person has seen to it. A forgotten pool is neither connected nor absent.
// Thread-safe.
class Agents {
 public:
  using Connected = Roster::Connected;
  using Absent = Roster::Absent;

  explicit Agents(const AgentsParts& parts);
  // Ends the questions under way. No call may be going on.
  ~Agents();

  Agents(const Agents&) = delete;
  Agents& operator=(const Agents&) = delete;

  // From now on the agents are these; those that stay keep their connection.
  // `problems` say why there might be more.
  void Set(const std::vector<rpc::Endpoint>& endpoints,
           std::vector<std::string> problems = {});

  // The agent of the pool that `id` belongs to. NOT_FOUND for a malformed id
  // and for one of a forgotten pool; UNAVAILABLE if that pool is not connected.
  absl::StatusOr<std::shared_ptr<Agent>> ForId(const std::string& id,
                                               const Operation& operation);

  // Who can be reached. One that did not answer when it was last asked is
  // waited for only if there is nobody else.
  Roster Reachable(const Operation& operation);

  // The same, once all have been waited for.
  Roster Everybody(const Operation& operation);

  // Every pool; UNAVAILABLE naming who does not answer.
  absl::StatusOr<std::vector<Connected>> All(const Operation& operation);

  // To be told when a call to the agent ended without its answer: it is asked
  // again before it is believed.
  void Doubt(const Agent& agent);

  // Has them asked, where that is due, and does not wait.
  void Refresh();

  // OK once any agent has answered; UNAVAILABLE before. Does not wait: for
  // the readiness of the process, which is asked again and again.
  absl::Status CheckReady();

  // Forgets a pool for good. FAILED_PRECONDITION while an agent announces it;
  // else see ForgottenPools::Add.
  absl::Status Forget(const std::string& home, const Operation& operation);
  bool IsForgotten(const std::string& home) const {
    return parts_.forgotten.Has(home);
  }
  std::set<std::string> Forgotten() const { return parts_.forgotten.All(); }

 private:
  // What is believed of an agent; a question may be under way in each.
  enum class State { kNew, kKnown, kSilent };

  struct Entry {
    rpc::Endpoint endpoint;
    std::shared_ptr<Agent> agent;  // shared with the calls under way
    State state = State::kNew;
    bool asked = false;    // a question is under way
    bool removed = false;  // its answer means nothing any more
    absl::Status error;    // while silent
    absl::Time learnt_at;  // of the last answer
    std::optional<std::vector<Announcement>> announced;  // the last one
    // Ends with its question. The last member: joined before the others go.
    std::jthread asking;
  };
  struct Seen {
    Announcement announcement;
    std::string agent;  // its name
  };

  // Silent, with the reason, if no thread can be made for the question.
  void AskIfOutdated(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Learn(Entry& entry, absl::StatusOr<std::vector<Announcement>> answer);
  void LearnPools(const Entry& entry, const std::vector<Announcement>& before)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::list<Entry> TakeRemoved(const std::vector<rpc::Endpoint>& endpoints)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  bool HasState(State state) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool AwaitsFirst() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool Settled() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool Idle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool HasSome() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::vector<const Entry*> Announcers(const std::string& home) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Roster Read() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // The pools of an agent that are not open yet are absent.
  static void AddUnopened(const Entry& entry, Roster& roster);
  // Why the pool is not connected.
  std::string WhyAbsent(const std::string& home, const Seen& seen) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status NotConnected(const std::string& id,
                            const std::string& home) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const AgentsParts parts_;
  mutable absl::Mutex mutex_;
  // A list: entries do not move.
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Seen> seen_ ABSL_GUARDED_BY(mutex_);  // by home
  std::vector<std::string> problems_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_
