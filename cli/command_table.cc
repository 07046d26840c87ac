#include "cli/command.h"

namespace holdfast::cli {
namespace {

constexpr Command Group(const char* name, const char* summary) {
  return {.name = name,
          .summary = summary,
          .help = "",
          .examples = "",
          .declare = nullptr};
}

}  // namespace

const std::vector<Command>& AllCommands() {
  static const auto& commands = *new std::vector<Command>{
      VolumesCommand(),
      VolumesShowCommand(),
      Group("volume", "Make and change volumes"),
      VolumeCreateCommand(),
      VolumeExpandCommand(),
      VolumeCloneCommand(),
      VolumeDeleteCommand(),
      AttachCommand(),
      DetachCommand(),
      SnapshotsCommand(),
      SnapshotsShowCommand(),
      Group("snapshot", "Make, restore and delete snapshots"),
      SnapshotCreateCommand(),
      SnapshotRestoreCommand(),
      SnapshotDeleteCommand(),
      Group("trash", "What was deleted and is not purged yet"),
      TrashListCommand(),
      TrashUndeleteCommand(),
      TrashPurgeCommand(),
      PoolsCommand(),
      Group("pool", "Make and look after pools"),
      PoolInitCommand(),
      PoolShowCommand(),
      PoolUpgradeCommand(),
      PoolForgetCommand(),
      DoctorCommand(),
      CsiCommand(),
      CsiListCommand(),
      DemoCommand(),
      ProbeCommand(),
      Group("completion", "Completion of command lines by the shell"),
      CompletionBashCommand(),
      VersionCommand(),
      HelpCommand(),
  };
  return commands;
}

}  // namespace holdfast::cli
