#include "cli/show.h"

#include <ostream>

#include "absl/strings/str_format.h"
#include "cli/json.h"
#include "cli/text.h"

namespace holdfast::cli {

void Show(const google::protobuf::Message& object, const Facts& facts,
          Output output, Console& console) {
  if (output == Output::kJson) {
    console.out << ToJson(object) << std::endl;
    return;
  }
  for (const auto& [key, value] : facts) {
    if (value.empty()) continue;
    console.out << absl::StreamFormat("%-18s %s\n", key, Plain(value));
  }
}

}  // namespace holdfast::cli
