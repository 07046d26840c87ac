#include <ostream>

#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/size.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using Align = Table::Align;

std::vector<std::string> Row(const v1::Pool& pool) {
  if (!pool.error().empty() || pool.forgotten()) {
    const std::string state = pool.forgotten() ? "forgotten" : "no answer";
    return {pool.name(),  pool.home(), pool.node_id(),
            pool.place(), "",          state,
            "",           "",          ""};
  }
  return {pool.name(),
          pool.home(),
          pool.node_id(),
          pool.place(),
          FormatSize(pool.size_bytes()),
          FillBar(pool.size_bytes() - pool.free_bytes(), pool.size_bytes()),
          FillBar(pool.promised_bytes(), pool.usable_bytes()),
          FormatSize(pool.trash_bytes()),
          FormatSize(pool.available_bytes())};
}

// What a table has no room for.
void ExplainErrors(const v1::ListPoolsResponse& response, Console& console) {
  for (const v1::Pool& pool : response.pools()) {
    if (pool.error().empty()) continue;
    const std::string& name = pool.name().empty() ? pool.home() : pool.name();
    console.err << "pool " << Plain(name) << ": " << Plain(pool.error())
                << "\n";
  }
}

absl::Status List(const ListArguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  ASSIGN_OR_RETURN(const v1::ListPoolsResponse response, admin.ListPools());
  Listing listing(console, arguments.output,
                  {{"POOL"},
                   {"HOME"},
                   {"NODE"},
                   {"PLACE"},
                   {"SIZE", Align::kRight},
                   {"USED"},
                   {"PROMISED"},
                   {"TRASH", Align::kRight},
                   {"AVAILABLE", Align::kRight}});
  for (const v1::Pool& pool : response.pools()) {
    listing.Add(pool, [&] { return Row(pool); });
  }
  listing.Finish();
  ExplainErrors(response, console);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) { return DeclareList(app, &List); }

}  // namespace

Command PoolsCommand() {
  return {
      .name = "pools",
      .summary = "List the pools and how full they are",
      .help =
          R"(USED is what the pool's file system holds; PROMISED is how much of what
may be promised is promised to volumes, snapshots, templates and trash; AVAILABLE
is what new volumes can have, with the trash given up. A pool that does not
answer is listed, with the reason on standard error.)",
      .examples =
          "holdfast pools\n"
          "holdfast pools --output=json",
      .declare = &Declare};
}

}  // namespace holdfast::cli
