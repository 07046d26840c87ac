#include "backend/csi_limits.h"

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::backend {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kStringBytes = 128;
constexpr size_t kNodeIdBytes = 256;
constexpr size_t kTotalBytes = 4096;

absl::Status TooLarge(const FieldDescriptor& field, size_t size, size_t limit) {
  return absl::InvalidArgumentError(absl::StrCat(field.name(), " has ", size,
                                                 " bytes, CSI allows ", limit,
                                                 "; send a shorter one"));
}

absl::Status CheckSize(const FieldDescriptor& field, size_t size,
                       size_t limit) {
  return size <= limit ? absl::OkStatus() : TooLarge(field, size, limit);
}

size_t Length(const Message& message, const FieldDescriptor& field) {
  std::string scratch;
  return message.GetReflection()
      ->GetStringReference(message, &field, &scratch)
      .size();
}

size_t MapBytes(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  size_t total = 0;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    total += Length(entry, *field.message_type()->map_key()) +
             Length(entry, *field.message_type()->map_value());
  }
  return total;
}

size_t RepeatedBytes(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  size_t total = 0;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    std::string scratch;
    total += reflection.GetRepeatedStringReference(message, &field, i, &scratch)
                 .size();
  }
  return total;
}

absl::Status CheckString(const Message& message, const FieldDescriptor& field) {
  if (field.is_repeated()) {
    return CheckSize(field, RepeatedBytes(message, field), kTotalBytes);
  }
  // As long as the kernel lets them be (CSI spec, "Size Limits").
  if (absl::EndsWith(field.name(), "_path")) return absl::OkStatus();
  return CheckSize(field, Length(message, field),
                   field.name() == "node_id" ? kNodeIdBytes : kStringBytes);
}

absl::Status CheckMessages(const Message& message,
                           const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    return CheckLimits(reflection.GetMessage(message, &field));
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    RETURN_IF_ERROR(
        CheckLimits(reflection.GetRepeatedMessage(message, &field, i)));
  }
  return absl::OkStatus();
}

absl::Status CheckField(const Message& message, const FieldDescriptor& field) {
  if (field.is_map()) {
    return CheckSize(field, MapBytes(message, field), kTotalBytes);
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return CheckString(message, field);
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return CheckMessages(message, field);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLimits(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    RETURN_IF_ERROR(CheckField(message, *field));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::backend
