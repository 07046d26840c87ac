#include "cli/admin_text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/admin_client.h"
#include "cli/size.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

// Exact, and for people.
std::string BothSizes(int64_t bytes) {
  return bytes < 1024 ? FormatSize(bytes)
                      : absl::StrCat(FormatSize(bytes), " (", bytes, " bytes)");
}

std::string SourceText(const v1::ContentSource& source) {
  if (source.has_snapshot_id()) {
    return absl::StrCat("snapshot ", source.snapshot_id());
  }
  if (source.has_volume_id())
    return absl::StrCat("volume ", source.volume_id());
  return "";
}

}  // namespace

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return LocalTime(absl::FromUnixSeconds(time.seconds()) +
                   absl::Nanoseconds(time.nanos()));
}

std::string TypeText(v1::AccessType access_type, const std::string& fs_type) {
  return access_type == v1::ACCESS_TYPE_BLOCK ? "block" : fs_type;
}

std::string DevicesText(const v1::Volume& volume) {
  return absl::StrJoin(
      volume.attachments(), " ",
      [](std::string* out, const v1::Attachment& attachment) {
        absl::StrAppend(out, absl::StripPrefix(attachment.device(), "/dev/"),
                        attachment.read_only() ? "(ro)" : "");
      });
}

Facts VolumeFacts(const v1::Volume& volume) {
  Facts facts = {{"id", volume.id()},
                 {"name", volume.name()},
                 {"claim", ClaimOf(volume)},
                 {"persistent volume", volume.persistent_volume_name()},
                 {"pool", volume.pool()},
                 {"node", volume.node_id()},
                 {"size", BothSizes(volume.size_bytes())},
                 {"allocated", BothSizes(volume.allocated_bytes())},
                 {"type", TypeText(volume.access_type(), volume.fs_type())},
                 {"sector size", absl::StrCat(volume.logical_block_bytes())},
                 {"made from", SourceText(volume.source())},
                 {"created", TimeText(volume.created_at())},
                 {"written", TimeText(volume.modified_at())},
                 {"device", DevicesText(volume)}};
  for (const auto& [key, value] : volume.parameters()) {
    facts.emplace_back("parameter", absl::StrCat(key, "=", value));
  }
  return facts;
}

Facts SnapshotFacts(const v1::Snapshot& snapshot) {
  return {{"id", snapshot.id()},
          {"name", snapshot.name()},
          {"volume", snapshot.source_volume_id()},
          {"pool", snapshot.pool()},
          {"node", snapshot.node_id()},
          {"size", BothSizes(snapshot.size_bytes())},
          {"type", TypeText(snapshot.access_type(), snapshot.fs_type())},
          {"created", TimeText(snapshot.created_at())}};
}

}  // namespace holdfast::cli
