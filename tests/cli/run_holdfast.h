// `holdfast` run inside the test.

#ifndef HOLDFAST_TESTS_CLI_RUN_HOLDFAST_H_
#define HOLDFAST_TESTS_CLI_RUN_HOLDFAST_H_

#include <string>
#include <vector>

namespace holdfast::cli {

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

// Runs `holdfast WORD…` with `input` on its standard input.
Outcome Holdfast(std::vector<std::string> words, const std::string& input = "");

}  // namespace holdfast::cli

#endif  // HOLDFAST_TESTS_CLI_RUN_HOLDFAST_H_
