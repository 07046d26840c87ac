// Makes the locks of Abseil visible to ThreadSanitizer.
//
// Debian's Abseil is not instrumented: TSan sees what locks guard, but not the
// locks, and calls every guarded access a race. In builds with TSan each
// program therefore carries these definitions. They come before those of the
// shared library for everybody in the process, gRPC included (ELF symbol
// interposition), call the library's own, and tell TSan what is in order by
// them: what was done before a lock was let go, before what is done by the next
// who takes it.
//
// Not as mutexes (__tsan_mutex_pre_lock, …): TSan then also checks the memory
// of the mutex itself, which gRPC hands about in ways that it cannot see.
//
// What is defined here is what `nm -DC` shows that our code, gRPC and Abseil
// itself (Notification) use: none waits for a lock, or with one, to read.

#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "tests/tsan/next.h"

// Exported by the runtime, and not in its header.
extern "C" {
void __tsan_ignore_thread_begin();
void __tsan_ignore_thread_end();
}

namespace {

using holdfast::tsan::Next;

#define HOLDFAST_ABSL(name) "_ZN4absl7debian3" name
#define HOLDFAST_ABSL_CONST(name) "_ZNK4absl7debian3" name
#define HOLDFAST_TIMEOUT "NS0_24synchronization_internal13KernelTimeoutE"

void Acquire(const void* address) {
  __tsan_acquire(const_cast<void*>(address));
}

// A wait gives the lock back and takes it again.
class Waiting {
 public:
  explicit Waiting(void* lock) : lock_(lock) { __tsan_release(lock_); }
  ~Waiting() { __tsan_acquire(lock_); }

 private:
  void* const lock_;
};

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

using synchronization_internal::KernelTimeout;

void Mutex::Lock() {
  static const Next<void, Mutex*> next(HOLDFAST_ABSL("5Mutex4LockEv"));
  next(this);
  Acquire(this);
}

bool Mutex::TryLock() {
  static const Next<bool, Mutex*> next(HOLDFAST_ABSL("5Mutex7TryLockEv"));
  const bool locked = next(this);
  if (locked) Acquire(this);
  return locked;
}

void Mutex::Unlock() {
  static const Next<void, Mutex*> next(HOLDFAST_ABSL("5Mutex6UnlockEv"));
  __tsan_release(this);
  next(this);
}

void Mutex::ReaderLock() {
  static const Next<void, Mutex*> next(HOLDFAST_ABSL("5Mutex10ReaderLockEv"));
  next(this);
  Acquire(this);
}

void Mutex::ReaderUnlock() {
  static const Next<void, Mutex*> next(HOLDFAST_ABSL("5Mutex12ReaderUnlockEv"));
  __tsan_release(this);
  next(this);
}

void Mutex::LockWhen(const Condition& condition) {
  static const Next<void, Mutex*, const Condition&> next(
      HOLDFAST_ABSL("5Mutex8LockWhenERKNS0_9ConditionE"));
  next(this, condition);
  Acquire(this);
}

// The form with a timeout comes to this one.
bool Mutex::LockWhenWithDeadline(const Condition& condition, Time deadline) {
  static const Next<bool, Mutex*, const Condition&, Time> next(
      HOLDFAST_ABSL("5Mutex20LockWhenWithDeadlineERKNS0_9ConditionE"
                    "NS0_4TimeE"));
  const bool holds = next(this, condition, deadline);
  Acquire(this);
  return holds;
}

// What all forms of Await come to when they have to wait.
bool Mutex::AwaitCommon(const Condition& condition, KernelTimeout timeout) {
  static const Next<bool, Mutex*, const Condition&, KernelTimeout> next(
      HOLDFAST_ABSL("5Mutex11AwaitCommonERKNS0_9ConditionE" HOLDFAST_TIMEOUT));
  const Waiting waiting(this);
  return next(this, condition, timeout);
}

// Conditions are evaluated with the lock held, but by whichever thread is
// about to let it go: TSan holds that for a race with the next owner.
bool Condition::Eval() const {
  static const Next<bool, const Condition*> next(
      HOLDFAST_ABSL_CONST("9Condition4EvalEv"));
  __tsan_ignore_thread_begin();
  const bool holds = next(this);
  __tsan_ignore_thread_end();
  return holds;
}

// What all forms of CondVar::Wait come to.
bool CondVar::WaitCommon(Mutex* mutex, KernelTimeout timeout) {
  static const Next<bool, CondVar*, Mutex*, KernelTimeout> next(
      HOLDFAST_ABSL("7CondVar10WaitCommonEPNS0_5MutexE" HOLDFAST_TIMEOUT));
  const Waiting waiting(mutex);
  return next(this, mutex, timeout);
}

// A notification that has come is seen without its lock.
void Notification::Notify() {
  static const Next<void, Notification*> next(
      HOLDFAST_ABSL("12Notification6NotifyEv"));
  __tsan_release(&notified_yet_);
  next(this);
}

void Notification::WaitForNotification() const {
  static const Next<void, const Notification*> next(
      HOLDFAST_ABSL_CONST("12Notification19WaitForNotificationEv"));
  next(this);
  Acquire(&notified_yet_);
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  static const Next<bool, const Notification*, Duration> next(
      HOLDFAST_ABSL_CONST("12Notification30WaitForNotificationWithTimeout"
                          "ENS0_8DurationE"));
  const bool notified = next(this, timeout);
  if (notified) Acquire(&notified_yet_);
  return notified;
}

bool Notification::WaitForNotificationWithDeadline(Time deadline) const {
  static const Next<bool, const Notification*, Time> next(
      HOLDFAST_ABSL_CONST("12Notification31WaitForNotificationWithDeadline"
                          "ENS0_4TimeE"));
  const bool notified = next(this, deadline);
  if (notified) Acquire(&notified_yet_);
  return notified;
}

ABSL_NAMESPACE_END
}  // namespace absl
