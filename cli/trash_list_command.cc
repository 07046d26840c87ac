#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/admin_text.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

using Align = Table::Align;

std::vector<std::string> Row(const v1::TrashedObject& object) {
  const std::string claim = ClaimOf(object);
  return {object.key(),
          claim.empty() ? object.name() : claim,
          object.pool(),
          object.node_id(),
          FormatSize(object.size_bytes()),
          TimeText(object.deleted_at()),
          TimeText(object.purge_at())};
}

absl::Status List(const ListArguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  Listing listing(console, arguments.output,
                  {{"KEY"},
                   {"NAME"},
                   {"POOL"},
                   {"NODE"},
                   {"SIZE", Align::kRight},
                   {"DELETED"},
                   {"KEPT UNTIL"}});
  RETURN_IF_ERROR(admin.ListTrash([&](const v1::TrashedObject& object) {
    listing.Add(object, [&] { return Row(object); });
  }));
  listing.Finish();
  return absl::OkStatus();
}

Action Declare(CLI::App& app) { return DeclareList(app, &List); }

}  // namespace

Command TrashListCommand() {
  return {
      .name = "trash list",
      .summary = "List what was deleted and can come back",
      .help =
          R"(What is deleted stays until the time shown, or until a new volume needs
its room.)",
      .examples = "holdfast trash list",
      .declare = &Declare};
}

}  // namespace holdfast::cli
