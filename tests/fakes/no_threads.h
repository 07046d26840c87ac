// A process in which no more threads can be made.

#ifndef HOLDFAST_TESTS_FAKES_NO_THREADS_H_
#define HOLDFAST_TESTS_FAKES_NO_THREADS_H_

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>

namespace holdfast {

// As long as it lives, std::thread throws what it does at the pids limit
// (EAGAIN): it asks for stacks larger than the address space. The limit itself
// does not hold for root, as which tests may run.
class NoThreads {
 public:
  NoThreads() {
    EXPECT_EQ(pthread_getattr_default_np(&before_), 0);
    pthread_attr_t none = {};
    pthread_attr_init(&none);
    pthread_attr_setstacksize(&none, size_t{1} << 60);
    EXPECT_EQ(pthread_setattr_default_np(&none), 0);
    pthread_attr_destroy(&none);
  }
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;

 private:
  pthread_attr_t before_ = {};
};

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_FAKES_NO_THREADS_H_
