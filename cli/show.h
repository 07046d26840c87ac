// One object in the form that was asked for.

#ifndef HOLDFAST_CLI_SHOW_H_
#define HOLDFAST_CLI_SHOW_H_

#include <google/protobuf/message.h>

#include "cli/admin_text.h"
#include "cli/console.h"
#include "cli/options.h"

namespace holdfast::cli {

// As a table the facts, those without a value left out; as JSON the object.
void Show(const google::protobuf::Message& object, const Facts& facts,
          Output output, Console& console);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_SHOW_H_
