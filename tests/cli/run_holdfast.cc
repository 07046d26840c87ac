#include "tests/cli/run_holdfast.h"

#include <sstream>

#include "cli/run.h"

namespace holdfast::cli {

Outcome Holdfast(std::vector<std::string> words, const std::string& input) {
  words.insert(words.begin(), "holdfast");
  std::vector<const char*> argv;
  argv.reserve(words.size());
  for (const std::string& word : words) argv.push_back(word.c_str());
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err};
  const ExitCode code =
      RunCommandLine(static_cast<int>(argv.size()), argv.data(), console);
  return {
      .exit_code = static_cast<int>(code), .out = out.str(), .err = err.str()};
}

}  // namespace holdfast::cli
