// Command lines of absl flags, for programs that say all mistakes at once.

#ifndef HOLDFAST_BASE_COMMAND_LINE_H_
#define HOLDFAST_BASE_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace holdfast {

// What a command line says beside the flags that it set.
struct CommandLine {
  // What is no flag, in order; --help and --version too, for the program to
  // answer.
  std::vector<std::string> words;
  // One for each flag that is unknown or cannot be parsed, worded for people.
  std::vector<std::string> mistakes;
};

// Sets the flags that `argv` names, all written --flag=value. --flagfile=PATH
// stands for the flags in that file, one a line; empty lines and lines that
// begin with # are skipped. A flag that is a list has the values of all times
// that it is given; of any other the last counts.
//
// Instead of absl::ParseCommandLine, which ends the process with 1 at a
// mistake, and after --help. Not thread-safe: for main.
CommandLine ReadCommandLine(int argc, char** argv);

// Name, default and help of the flags that are defined in files whose path
// holds `directory`, sorted by name.
std::string DescribeFlags(absl::string_view directory);

}  // namespace holdfast

#endif  // HOLDFAST_BASE_COMMAND_LINE_H_
