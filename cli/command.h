// The commands of `holdfast`.

#ifndef HOLDFAST_CLI_COMMAND_H_
#define HOLDFAST_CLI_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace holdfast::cli {

// One command. Flags are absl flags in the file of the command; each of them
// is named in `help`.
struct Command {
  const char* name;     // "pool init"
  const char* words;    // what follows it: "DIR"
  const char* summary;  // one line for the list of commands
  const char* help;     // what it does, and its flags
  // Exactly this many words must follow the name.
  size_t word_count;
  absl::Status (*run)(const std::vector<std::string>& words);
};

// In the order in which they are listed.
const std::vector<Command>& AllCommands();

// Each in its *_command.cc.
const Command& PoolInitCommand();
const Command& PoolShowCommand();
const Command& ProbeCommand();
const Command& DemoCommand();
const Command& VersionCommand();

// Runs what the command line says. The exit code: 0, 1 if the command failed,
// 2 if the line is not understood; then stderr says why.
int RunCommandLine(int argc, char** argv);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_COMMAND_H_
