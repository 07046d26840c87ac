#include "tests/fuzz/script.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace holdfast::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Replace = std::function<std::string(const std::string& field,
                                          const std::string& value)>;

// Says nothing of what it cannot read, which is most of what there is.
class NoErrors : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber,
                const std::string&) override {}
};

std::shared_ptr<Message> ParseRequest(const input::Rpc& rpc,
                                      absl::string_view text) {
  std::shared_ptr<Message> request(rpc.request->New());
  NoErrors errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.AllowPartialMessage(true);
  // What was read before a mistake is kept.
  parser.MergeFromString(std::string(text), request.get());
  return request;
}

void ReplaceIn(Message& message, const FieldDescriptor& field,
               const Replace& replace) {
  const Reflection& reflection = *message.GetReflection();
  const std::string& name = field.name();
  if (!field.is_repeated()) {
    return reflection.SetString(
        &message, &field, replace(name, reflection.GetString(message, &field)));
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    reflection.SetRepeatedString(
        &message, &field, i,
        replace(name, reflection.GetRepeatedString(message, &field, i)));
  }
}

}  // namespace

Script ParseScript(absl::string_view text) {
  Script script;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (script.size() == kMaxSteps) break;
    const size_t blank = line.find(' ');
    const input::Rpc* const rpc =
        input::FindRpc(std::string(line.substr(0, blank)));
    if (rpc == nullptr) continue;
    const absl::string_view request =
        blank == line.npos ? absl::string_view() : line.substr(blank);
    script.push_back({rpc, ParseRequest(*rpc, request)});
  }
  return script;
}

std::string ToText(const Script& script) {
  std::string text;
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  for (const Step& step : script) {
    std::string request;
    printer.PrintToString(*step.request, &request);
    absl::StrAppend(&text, step.rpc->name, " ", request, "\n");
  }
  return text;
}

void ReplaceStrings(Message& message, const Replace& replace) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      ReplaceIn(message, *field, replace);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      ReplaceStrings(*reflection.MutableMessage(&message, field), replace);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      ReplaceStrings(*reflection.MutableRepeatedMessage(&message, field, i),
                     replace);
    }
  }
}

}  // namespace holdfast::fuzz
