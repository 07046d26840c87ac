#include "cli/json.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace holdfast::cli {

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // It fails for what no server of ours sends: a timestamp out of range.
  if (!MessageToJsonString(message, &json, options).ok()) return "{}";
  absl::StripTrailingAsciiWhitespace(&json);
  return json;
}

absl::Status FromJson(const std::string& json,
                      google::protobuf::Message& message) {
  const auto status =
      google::protobuf::util::JsonStringToMessage(json, &message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("this is no ", message.GetTypeName(),
                   " in JSON: ", std::string(status.message())));
}

void JsonArray::Add(const google::protobuf::Message& message) {
  out_ << (empty_ ? "[\n" : ",\n") << ToJson(message);
  empty_ = false;
}

void JsonArray::Finish() { out_ << (empty_ ? "[]\n" : "\n]\n") << std::flush; }

}  // namespace holdfast::cli
