#include <google/protobuf/struct.pb.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/local_pool.h"
#include "cli/options.h"
#include "cli/show.h"
#include "cli/size.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  std::string path;
  Output output = Output::kTable;
};

// What is shown, for people and for programs.
class Report {
 public:
  void Text(const std::string& key, const std::string& value) {
    facts_.emplace_back(key, value);
    (*object_.mutable_fields())[key].set_string_value(value);
  }
  void Count(const std::string& key, size_t value) {
    facts_.emplace_back(key, absl::StrCat(value));
    (*object_.mutable_fields())[key].set_number_value(
        static_cast<double>(value));
  }
  void Bytes(const std::string& key, int64_t bytes) {
    facts_.emplace_back(key, FormatSize(bytes));
    (*object_.mutable_fields())[key + "_bytes"].set_number_value(
        static_cast<double>(bytes));
  }
  void Write(Output output, Console& console) const {
    Show(object_, facts_, output, console);
  }

 private:
  Facts facts_;
  google::protobuf::Struct object_;
};

void AddHeader(const pool::Layout& layout, const pool::PoolHeader& header,
               Report& report) {
  report.Text("pool", layout.root());
  report.Text("uuid", header.uuid);
  report.Text("home", HomeOf(header.uuid));
  report.Count("format", header.format_version);
  report.Text("created", LocalTime(header.created_at));
}

absl::Status ShowPool(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(arguments.path));
  const pool::Layout layout(path);
  LocalKernel kernel;
  ASSIGN_OR_RETURN(const pool::PoolHeader header,
                   pool::ReadHeader(kernel.PoolFiles(), layout));
  Report report;
  AddHeader(layout, header, report);
  const std::pair<const char*, std::string> contents[] = {
      {"volumes", layout.Volumes()},
      {"snapshots", layout.Snapshots()},
      {"templates", layout.Templates()},
      {"trash", layout.Trash()}};
  os::Files& files = *kernel.kernel.files;
  for (const auto& [name, place] : contents) {
    ASSIGN_OR_RETURN(const auto entries, files.List(place));
    report.Count(name, entries.size());
  }
  ASSIGN_OR_RETURN(const os::FileSystemUsage usage,
                   files.StatFileSystem(layout.root()));
  report.Bytes("size", usage.total_bytes);
  report.Bytes("free", usage.available_bytes);
  report.Write(arguments.output, console);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("PATH", arguments->path, "the directory of a pool")
      ->required();
  AddOutput(app, arguments->output);
  return [=](Console& console) { return ShowPool(*arguments, console); };
}

}  // namespace

Command PoolShowCommand() {
  return {.name = "pool show",
          .summary = "What a pool on this machine is and holds",
          .help = R"(Reads the pool's directory and asks no daemon; it may be
served meanwhile. Ids of what is in it begin with "p" and its home.)",
          .examples = "holdfast pool show /srv/holdfast/pool",
          .declare = &Declare};
}

}  // namespace holdfast::cli
