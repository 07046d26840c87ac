// The definition of a function that comes after the one of this program.

#ifndef HOLDFAST_TESTS_TSAN_NEXT_H_
#define HOLDFAST_TESTS_TSAN_NEXT_H_

#include <dlfcn.h>

namespace holdfast::tsan {

// Of that (mangled) name, as the dynamic linker finds it. Members are called
// like functions that take the object first (Itanium C++ ABI).
template <typename R, typename... Args>
class Next {
 public:
  explicit Next(const char* name)
      : function_(reinterpret_cast<R (*)(Args...)>(dlsym(RTLD_NEXT, name))) {}
  R operator()(Args... args) const { return function_(args...); }

 private:
  R (*const function_)(Args...);
};

}  // namespace holdfast::tsan

#endif  // HOLDFAST_TESTS_TSAN_NEXT_H_
