#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/admin_text.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

using Align = Table::Align;

std::vector<std::string> Row(const v1::Snapshot& snapshot) {
  return {snapshot.name(),
          snapshot.id(),
          snapshot.source_volume_id(),
          snapshot.pool(),
          snapshot.node_id(),
          FormatSize(snapshot.size_bytes()),
          TypeText(snapshot.access_type(), snapshot.fs_type()),
          TimeText(snapshot.created_at())};
}

absl::Status List(const ListArguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  Listing listing(console, arguments.output,
                  {{"NAME"},
                   {"ID"},
                   {"VOLUME"},
                   {"POOL"},
                   {"NODE"},
                   {"SIZE", Align::kRight},
                   {"TYPE"},
                   {"CREATED"}});
  RETURN_IF_ERROR(admin.ListSnapshots([&](const v1::Snapshot& snapshot) {
    listing.Add(snapshot, [&] { return Row(snapshot); });
  }));
  listing.Finish();
  return absl::OkStatus();
}

Action Declare(CLI::App& app) { return DeclareList(app, &List); }

}  // namespace

Command SnapshotsCommand() {
  return {.name = "snapshots",
          .summary = "List the snapshots",
          .help = "",
          .examples =
              "holdfast snapshots\n"
              "holdfast snapshots --output=json",
          .declare = &Declare};
}

}  // namespace holdfast::cli
