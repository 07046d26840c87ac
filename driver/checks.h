// Collects every mistake on a command line before saying any.

#ifndef HOLDFAST_DRIVER_CHECKS_H_
#define HOLDFAST_DRIVER_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace holdfast::driver {

// Each Require notes one mistake, worded as what the flag must be. Not
// thread-safe.
class Checks {
 public:
  void Require(bool holds, absl::string_view flag, absl::string_view must);
  void RequireOk(const absl::Status& status, absl::string_view flag);
  // Notes a mistake in words of its own.
  void Note(std::string mistake);

  const std::vector<std::string>& mistakes() const { return mistakes_; }
  // Prints the mistakes to stderr and exits with 2, if there are any.
  void ExitOnMistakes() const;

 private:
  std::vector<std::string> mistakes_;
};

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_CHECKS_H_
