// What every fuzzer begins with.

#ifndef HOLDFAST_TESTS_FUZZ_FUZZ_H_
#define HOLDFAST_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"

// Ends the process, so that libFuzzer keeps the input, unless `condition`.
#define FUZZ_CHECK(condition) \
  ((condition) ? (void)0      \
               : ::holdfast::fuzz::Fail(__FILE__, __LINE__, #condition, ""))
// The same, with a text (a std::string) that says more.
#define FUZZ_CHECK_SAYING(condition, text) \
  ((condition) ? (void)0                   \
               : ::holdfast::fuzz::Fail(__FILE__, __LINE__, #condition, text))

// The body of a target: HOLDFAST_FUZZ_TARGET(bytes) { … bytes … }. `bytes` is
// an absl::string_view.
#define HOLDFAST_FUZZ_TARGET(bytes)                                      \
  static void FuzzTarget(absl::string_view bytes);                       \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t n) { \
    FuzzTarget({reinterpret_cast<const char*>(data), n});                \
    return 0;                                                            \
  }                                                                      \
  static void FuzzTarget(absl::string_view bytes)

namespace holdfast::fuzz {

[[noreturn]] inline void Fail(const char* file, int line, const char* condition,
                              const std::string& text) {
  std::fprintf(stderr, "%s:%d: not so: %s\n%s\n", file, line, condition,
               text.c_str());
  std::abort();
}

}  // namespace holdfast::fuzz

#endif  // HOLDFAST_TESTS_FUZZ_FUZZ_H_
