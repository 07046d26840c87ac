// Completion of command lines by the shell.

#ifndef HOLDFAST_CLI_COMPLETION_H_
#define HOLDFAST_CLI_COMPLETION_H_

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace holdfast::cli {

// A script for bash that completes the commands below `root` and their options.
// Where neither fits, bash completes the names of files.
std::string BashCompletion(const CLI::App& root);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_COMPLETION_H_
