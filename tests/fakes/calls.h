// The list of calls that went through the fakes, and which of them fail.

#ifndef HOLDFAST_TESTS_FAKES_CALLS_H_
#define HOLDFAST_TESTS_FAKES_CALLS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace holdfast::fakes {

struct Call {
  std::string name;      // "Files.Link"
  std::string argument;  // the path, device number or program that matters
};

// A fault replaces the call: it has no effect and answers the errno. Calls are
// counted from 1. Thread-safe.
class Calls {
 public:
  // The n-th call from now fails with `error`.
  void FailCall(int n, int error);
  // The next call of this name fails with `error`; asked twice, the next two.
  void FailNext(const std::string& name, int error);
  // Every call of this name fails with `error` until ClearFaults.
  void FailAlways(const std::string& name, int error);
  // The n-th call from now and all after it have no effect and fail (EIO), as
  // if the process had been killed there: roll-backs do not run either. Then
  // FakeKernel::RestartProcess or PowerCut.
  void StopAt(int n);
  void ClearFaults();

  // `hook` is run before every call with no lock held, so it may use the fake:
  // to act as another process would at that moment. Null for none.
  void OnCall(std::function<void(const Call&)> hook);

  std::vector<Call> List() const;
  int Count(const std::string& name) const;
  void Reset();

  // For the fakes: notes the call and says whether it is to fail.
  absl::Status Enter(const Call& call);

 private:
  int Fault(const Call& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::function<void(const Call&)> hook_ ABSL_GUARDED_BY(mutex_);
  std::vector<Call> calls_ ABSL_GUARDED_BY(mutex_);
  int entered_ ABSL_GUARDED_BY(mutex_) = 0;
  int stop_at_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<int, int> by_number_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<int>> next_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> always_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_CALLS_H_
