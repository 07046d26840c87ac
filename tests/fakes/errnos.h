// The errnos that each call of os/* can really give.

#ifndef HOLDFAST_TESTS_FAKES_ERRNOS_H_
#define HOLDFAST_TESTS_FAKES_ERRNOS_H_

#include <string>
#include <vector>

namespace holdfast::fakes {

// For tests that fail every call of an operation with every errno: the ones of
// the man pages that a caller with privileges and sound arguments can meet.
// Empty for a name that is no call.
std::vector<int> ErrnosOf(const std::string& call);

// All names in the table.
std::vector<std::string> CallNames();

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_ERRNOS_H_
