// Commands that list, in the form that was asked for.

#ifndef HOLDFAST_CLI_LISTING_H_
#define HOLDFAST_CLI_LISTING_H_

#include <google/protobuf/message.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/table.h"

namespace holdfast::cli {

// Not thread-safe. `console` must outlive it.
class Listing {
 public:
  Listing(Console& console, Output output, std::vector<Table::Column> columns)
      : output_(output),
        table_(console.out, std::move(columns)),
        array_(console.out) {}

  // `row` is asked for only where it is shown.
  void Add(const google::protobuf::Message& object,
           absl::FunctionRef<std::vector<std::string>()> row) {
    if (output_ == Output::kJson) {
      array_.Add(object);
    } else {
      table_.Add(row());
    }
  }

  void Finish() {
    if (output_ == Output::kJson) {
      array_.Finish();
    } else {
      table_.Finish();
    }
  }

 private:
  const Output output_;
  Table table_;
  JsonArray array_;
};

// What a command that lists is told.
struct ListArguments {
  Servers servers;
  Output output = Output::kTable;
};

// Declares the options of such a command, which runs `list` on them.
Action DeclareList(CLI::App& app,
                   absl::Status (*list)(const ListArguments& arguments,
                                        Console& console));

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_LISTING_H_
