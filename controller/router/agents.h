// The directory of agents: which one has which pools.

#ifndef HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_
#define HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
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
#include "controller/router/known_pools.h"
#include "controller/router/questions.h"
#include "controller/router/roster.h"
#include "rpc/endpoint.h"

namespace holdfast::controller {

// What the directory works with. The references must outlive it.
struct AgentsParts {
  AnnouncementKeys keys;
  ForgottenPools& forgotten;
  KnownPools& known;
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
// ever announced is remembered: while nobody announces it, it is absent. Two
// agents that announce one pool are both refused for it, and also when one of
// them falls silent: until one answers without the pool or is no agent of the
// list any more. A forgotten pool is neither connected nor absent, nor is an
// agent that has not answered since the start and had forgotten pools only.
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

  // Writes down which pools there are (known_pools.h), where that is due.
  void RecordPools();

  // Told of each pool that is new or moved, so due to be written down. A
  // restart before that would make lists short while its agent is away.
  Appearances& Learnt() { return learnt_; }

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
  };
  // Shared with the question under way.
  using EntryPointer = std::shared_ptr<Entry>;
  using Answer = Questions::Answer;

  struct Seen {
    KnownPool pool;  // as it was announced last
    // Those on the list whose last answer had the pool.
    std::vector<Entry*> holders = {};
    // Two of them have been seen to have it at one time.
    bool disputed = false;
  };
  using SeenPools = std::map<std::string, Seen>;  // by home

  // True while what the entry announced is believed without asking.
  bool IsCurrent(const Entry& entry) const;
  void Learn(Entry& entry, Answer answer);
  // Gives the entry these pools, instead of those it had.
  void Hold(Entry& entry, std::optional<std::vector<Announcement>> pools)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Tells of the pools that the entry did not have in its last answer.
  void NotePools(const Entry& entry, const std::vector<Announcement>& before)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Disputes the pools that another had between two answers of this one.
  void FindDisputes(const Entry& entry, const std::vector<Announcement>& before,
                    absl::Time learnt_before)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const std::vector<rpc::Endpoint>& all_but)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  bool HasState(State state) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool AwaitsFirst() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool Settled() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool HasSome() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Who has the pool: null unless it is one, undisputed.
  const Entry* OwnerOf(const std::string& home) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  static const Entry* OwnerOf(const Seen& seen);
  Roster Read() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // The pools of an agent that are not open yet are absent.
  static void AddUnopened(const Entry& entry, Roster& roster);
  // True if nothing can be missing with this agent, whom nobody has heard.
  bool HadOnlyForgotten(const Entry& entry) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Why the pool is not connected.
  static std::string WhyAbsent(const std::string& home, const Seen& seen);
  absl::Status NotConnected(const std::string& id,
                            const std::string& home) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const AgentsParts parts_;
  Appearances learnt_;
  mutable absl::Mutex mutex_;
  std::vector<EntryPointer> entries_ ABSL_GUARDED_BY(mutex_);
  SeenPools seen_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> problems_ ABSL_GUARDED_BY(mutex_);
  Questions questions_;  // the last member: its answers use the others
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_AGENTS_H_
