// Sizes and seeds of random tests, set from outside.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_ENVIRONMENT_H_
#define HOLDFAST_TESTS_ROOT_LOAD_ENVIRONMENT_H_

#include <cstdint>
#include <cstdlib>

namespace holdfast::root {

// A number from the environment, or `otherwise`.
inline int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::atoll(text);
}

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_ENVIRONMENT_H_
