#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/admin_text.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

using Align = Table::Align;

std::vector<std::string> Row(const v1::Volume& volume) {
  const std::string claim = ClaimOf(volume);
  return {claim.empty() ? volume.name() : claim,
          volume.id(),
          volume.pool(),
          volume.node_id(),
          FormatSize(volume.size_bytes()),
          FormatSize(volume.allocated_bytes()),
          TypeText(volume.access_type(), volume.fs_type()),
          TimeText(volume.created_at()),
          DevicesText(volume)};
}

absl::Status List(const ListArguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  Listing listing(console, arguments.output,
                  {{"NAME"},
                   {"ID"},
                   {"POOL"},
                   {"NODE"},
                   {"SIZE", Align::kRight},
                   {"ALLOCATED", Align::kRight},
                   {"TYPE"},
                   {"CREATED"},
                   {"DEVICE"}});
  RETURN_IF_ERROR(admin.ListVolumes([&](const v1::Volume& volume) {
    listing.Add(volume, [&] { return Row(volume); });
  }));
  listing.Finish();
  return absl::OkStatus();
}

Action Declare(CLI::App& app) { return DeclareList(app, &List); }

}  // namespace

Command VolumesCommand() {
  return {
      .name = "volumes",
      .summary = "List the volumes",
      .help =
          R"(The name is that of the claim, namespace/name, where there is one. What
is allocated may be shared with clones and snapshots.)",
      .examples =
          "holdfast volumes\n"
          "holdfast volumes --output=json | jq -r '.[].id'",
      .declare = &Declare};
}

}  // namespace holdfast::cli
