// The commands of `holdfast`: one file each, one table of all.

#ifndef HOLDFAST_CLI_COMMAND_H_
#define HOLDFAST_CLI_COMMAND_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "cli/console.h"

namespace CLI {
class App;
}  // namespace CLI

namespace holdfast::cli {

// Does what the command line asked for. INVALID_ARGUMENT: it asked for
// something that makes no sense.
using Action = std::function<absl::Status(Console&)>;

// One command, or a group of commands that does nothing by itself.
struct Command {
  const char* name;      // the words that call it: "pool init"
  const char* summary;   // one line
  const char* help;      // what else there is to know; may be empty
  const char* examples;  // lines that begin with "holdfast"
  // Declares the options of the command on `app`, which outlives the action.
  // Null: a group.
  Action (*declare)(CLI::App& app);
};

// In the order in which they are listed, each group before its commands.
const std::vector<Command>& AllCommands();

// Each in its *_command.cc.
Command VolumesCommand();
Command VolumesShowCommand();
Command VolumeCreateCommand();
Command VolumeExpandCommand();
Command VolumeCloneCommand();
Command VolumeDeleteCommand();
Command AttachCommand();
Command DetachCommand();
Command SnapshotsCommand();
Command SnapshotsShowCommand();
Command SnapshotCreateCommand();
Command SnapshotRestoreCommand();
Command SnapshotDeleteCommand();
Command TrashListCommand();
Command TrashUndeleteCommand();
Command TrashPurgeCommand();
Command PoolsCommand();
Command PoolInitCommand();
Command PoolShowCommand();
Command PoolUpgradeCommand();
Command PoolForgetCommand();
Command DoctorCommand();
Command CsiCommand();
Command CsiListCommand();
Command DemoCommand();
Command ProbeCommand();
Command CompletionBashCommand();
Command VersionCommand();
Command HelpCommand();

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_COMMAND_H_
