#include "rpc/redact.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using testing::HasSubstr;
using testing::Not;

constexpr char kSecret[] = "do-not-show-";
constexpr char kPlain[] = "may-be-seen";

// Fills every text of a message, down to the last, and remembers how many
// fields were secret.
class Filler {
 public:
  void Fill(Message& message) {
    const Descriptor* type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      const bool secret = field.options().GetExtension(csi::v1::csi_secret);
      if (secret) ++secret_fields_;
      FillField(message, field,
                secret ? absl::StrCat(kSecret, field.full_name()) : kPlain);
    }
  }
  int secret_fields() const { return secret_fields_; }

 private:
  void FillField(Message& message, const FieldDescriptor& field,
                 const std::string& text) {
    const auto* reflection = message.GetReflection();
    if (field.is_map()) {
      Message* entry = reflection->AddMessage(&message, &field);
      entry->GetReflection()->SetString(
          entry, entry->GetDescriptor()->map_key(), "key");
      entry->GetReflection()->SetString(
          entry, entry->GetDescriptor()->map_value(), text);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      if (field.is_repeated()) {
        reflection->AddString(&message, &field, text);
      } else {
        reflection->SetString(&message, &field, text);
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(field.is_repeated() ? *reflection->AddMessage(&message, &field)
                               : *reflection->MutableMessage(&message, &field));
    }
  }

  int secret_fields_ = 0;
};

std::vector<std::unique_ptr<Message>> AllMessages() {
  const auto* file = csi::v1::CreateVolumeRequest::descriptor()->file();
  std::vector<std::unique_ptr<Message>> messages;
  for (int i = 0; i < file->message_type_count(); ++i) {
    messages.emplace_back(MessageFactory::generated_factory()
                              ->GetPrototype(file->message_type(i))
                              ->New());
  }
  return messages;
}

TEST(RedactTest, NoSecretOfAnyMessageIsShown) {
  int secret_fields = 0;
  for (const auto& message : AllMessages()) {
    Filler filler;
    filler.Fill(*message);
    secret_fields += filler.secret_fields();
    const std::string text = Redact(*message);
    EXPECT_THAT(text, Not(HasSubstr(kSecret)))
        << message->GetDescriptor()->full_name();
    if (filler.secret_fields() > 0) {
      EXPECT_THAT(text, HasSubstr(std::string(kStripped)));
    }
  }
  EXPECT_EQ(secret_fields, 22) << "CSI 1.13.0 has 22 secret fields";
}

TEST(RedactTest, TheRequestItselfIsUnchanged) {
  csi::v1::DeleteVolumeRequest request;
  (*request.mutable_secrets())["key"] = "value";
  Redact(request);
  EXPECT_EQ(request.secrets().at("key"), "value");
}

TEST(RedactTest, WhatIsNotSecretIsShownOnOneLine) {
  csi::v1::CreateVolumeRequest request;
  request.set_name("pvc-1\nforged");
  (*request.mutable_parameters())["fsType"] = "ext4";
  (*request.mutable_secrets())["user"] = "root-of-all";
  const std::string text = Redact(request);
  EXPECT_THAT(text, HasSubstr("pvc-1\\nforged"));
  EXPECT_THAT(text, HasSubstr("ext4"));
  EXPECT_THAT(text, HasSubstr("user"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
}

TEST(RedactTest, MountFlagsAreStripped) {
  csi::v1::NodeStageVolumeRequest request;
  request.mutable_volume_capability()->mutable_mount()->add_mount_flags(
      "password=hush");
  EXPECT_THAT(Redact(request), Not(HasSubstr("hush")));
  csi::v1::CreateVolumeRequest create;
  create.add_volume_capabilities()->mutable_mount()->add_mount_flags("hush");
  EXPECT_THAT(Redact(create), Not(HasSubstr("hush")));
}

TEST(RedactTest, TokensInContextsAndParametersAreStripped) {
  csi::v1::NodePublishVolumeRequest request;
  (*request
        .mutable_volume_context())["csi.storage.k8s.io/serviceAccount.tokens"] =
      "hush";
  (*request.mutable_volume_context())["csi.storage.k8s.io/pod.name"] = kPlain;
  (*request.mutable_publish_context())["AccessToken"] = "hush";
  (*request.mutable_publish_context())["adminPassword"] = "hush";
  EXPECT_THAT(Redact(request), Not(HasSubstr("hush")));
  EXPECT_THAT(Redact(request), HasSubstr(kPlain));
  csi::v1::CreateVolumeRequest create;
  (*create.mutable_parameters())["encryptionPassphrase"] = "hush";
  EXPECT_THAT(Redact(create), Not(HasSubstr("hush")));
}

TEST(RedactTest, FieldsOfALaterCsiAreLeftOut) {
  csi::v1::NodeUnstageVolumeRequest request;
  request.set_volume_id("v");
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(
      100, "hush");
  EXPECT_THAT(Redact(request), Not(HasSubstr("hush")));
}

TEST(ScrubTest, SecretsAndTokensGoFromTexts) {
  csi::v1::NodePublishVolumeRequest request;
  (*request.mutable_secrets())["key"] = "s3cr3t";
  (*request
        .mutable_volume_context())["csi.storage.k8s.io/serviceAccount.tokens"] =
      "eyJh";
  EXPECT_EQ(Scrub("mount said s3cr3t, eyJh and s3cr3t", request),
            "mount said ***stripped***, ***stripped*** and ***stripped***");
}

TEST(ScrubTest, ShortValuesAndMountFlagsAreLeft) {
  csi::v1::NodePublishVolumeRequest request;
  (*request.mutable_secrets())["key"] = "id";
  (*request.mutable_secrets())["empty"] = "";
  request.mutable_volume_capability()->mutable_mount()->add_mount_flags(
      "noatmie");
  EXPECT_EQ(Scrub("unknown option noatmie of id", request),
            "unknown option noatmie of id");
}

}  // namespace
}  // namespace holdfast::rpc
