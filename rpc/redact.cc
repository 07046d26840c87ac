#include "rpc/redact.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
// For the option csi_secret and nothing else.
#include "csi/v1/csi.pb.h"

namespace holdfast::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kShortestScrubbed = 4;

enum class Sensitivity { kNone, kSecret, kMountFlags };

// Sees each sensitive text on the way.
using Visitor = absl::FunctionRef<void(Sensitivity, const std::string&)>;

Sensitivity SensitivityOf(const FieldDescriptor& field) {
  if (field.options().GetExtension(csi::v1::csi_secret)) {
    return Sensitivity::kSecret;
  }
  if (field.name() == "mount_flags") return Sensitivity::kMountFlags;
  return Sensitivity::kNone;
}

bool KeyTellsSecret(const std::string& key) {
  const std::string lower = absl::AsciiStrToLower(key);
  return absl::StrContains(lower, "token") ||
         absl::StrContains(lower, "password") ||
         absl::StrContains(lower, "passphrase");
}

// A walk over one copy of a request that strips what must not be seen.
class Stripper {
 public:
  explicit Stripper(Visitor visitor) : visitor_(visitor) {}

  void Strip(Message& message) const {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const Sensitivity sensitivity = SensitivityOf(*field);
      if (field->is_map()) {
        StripMap(message, *field, sensitivity);
      } else if (sensitivity != Sensitivity::kNone) {
        StripField(message, *field, sensitivity);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Descend(message, *field);
      }
    }
  }

 private:
  void Descend(Message& message, const FieldDescriptor& field) const {
    const auto* reflection = message.GetReflection();
    if (!field.is_repeated()) {
      Strip(*reflection->MutableMessage(&message, &field));
      return;
    }
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      Strip(*reflection->MutableRepeatedMessage(&message, &field, i));
    }
  }

  void StripMap(Message& message, const FieldDescriptor& field,
                Sensitivity sensitivity) const {
    const auto* reflection = message.GetReflection();
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      StripEntry(*reflection->MutableRepeatedMessage(&message, &field, i),
                 sensitivity);
    }
  }

  // One entry of a map: a message of a key and a value.
  void StripEntry(Message& entry, Sensitivity sensitivity) const {
    const auto* key = entry.GetDescriptor()->map_key();
    const auto* value = entry.GetDescriptor()->map_value();
    if (sensitivity == Sensitivity::kNone &&
        key->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
        KeyTellsSecret(entry.GetReflection()->GetString(entry, key))) {
      sensitivity = Sensitivity::kSecret;
    }
    if (sensitivity != Sensitivity::kNone) {
      StripField(entry, *value, sensitivity);
    } else if (value->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Descend(entry, *value);
    }
  }

  // What is no text has no place for the marker, and is cleared.
  void StripField(Message& message, const FieldDescriptor& field,
                  Sensitivity sensitivity) const {
    const auto* reflection = message.GetReflection();
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      reflection->ClearField(&message, &field);
      return;
    }
    if (!field.is_repeated()) {
      visitor_(sensitivity, reflection->GetString(message, &field));
      reflection->SetString(&message, &field, std::string(kStripped));
      return;
    }
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      visitor_(sensitivity, reflection->GetRepeatedString(message, &field, i));
      reflection->SetRepeatedString(&message, &field, i,
                                    std::string(kStripped));
    }
  }

  Visitor visitor_;
};

std::unique_ptr<Message> Stripped(const Message& request, Visitor visitor) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  copy->DiscardUnknownFields();
  Stripper(visitor).Strip(*copy);
  return copy;
}

}  // namespace

std::string Redact(const Message& request) {
  const auto copy = Stripped(request, [](Sensitivity, const std::string&) {});
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  if (!printer.PrintToString(*copy, &text)) return "(not printable)";
  absl::StripTrailingAsciiWhitespace(&text);
  return text;
}

std::string Scrub(absl::string_view text, const Message& request) {
  std::vector<std::pair<std::string, absl::string_view>> replacements;
  Stripped(request, [&](Sensitivity sensitivity, const std::string& value) {
    if (sensitivity == Sensitivity::kSecret &&
        value.size() >= kShortestScrubbed) {
      replacements.emplace_back(value, kStripped);
    }
  });
  return absl::StrReplaceAll(text, replacements);
}

}  // namespace holdfast::rpc
