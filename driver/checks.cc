#include "driver/checks.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace holdfast::driver {

void Checks::Require(bool holds, absl::string_view flag,
                     absl::string_view must) {
  if (!holds) mistakes_.push_back(absl::StrCat("--", flag, " must be ", must));
}

void Checks::RequireOk(const absl::Status& status, absl::string_view flag) {
  if (!status.ok()) {
    mistakes_.push_back(absl::StrCat("--", flag, ": ", status.message()));
  }
}

void Checks::Note(std::string mistake) {
  mistakes_.push_back(std::move(mistake));
}

void Checks::ExitOnMistakes() const {
  if (mistakes_.empty()) return;
  for (const std::string& mistake : mistakes_) std::cerr << mistake << "\n";
  std::cerr << "see --help\n";
  std::exit(2);
}

}  // namespace holdfast::driver
