#include "backend/pool/record.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "holdfast/v1/record.pb.h"

namespace holdfast::pool {
namespace {

using backend::AccessType;
using backend::ContentSource;
using backend::Publication;

google::protobuf::Timestamp ToProto(absl::Time time) {
  const absl::Duration since = time - absl::UnixEpoch();
  google::protobuf::Timestamp proto;
  proto.set_seconds(absl::ToUnixSeconds(time));
  proto.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(since - absl::Seconds(proto.seconds()))));
  return proto;
}

absl::Time FromProto(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) +
         absl::Nanoseconds(proto.nanos());
}

v1::AccessType ToProto(AccessType type) {
  return type == AccessType::kBlock ? v1::ACCESS_TYPE_BLOCK
                                    : v1::ACCESS_TYPE_MOUNT;
}

AccessType FromProto(v1::AccessType type) {
  return type == v1::ACCESS_TYPE_BLOCK ? AccessType::kBlock
                                       : AccessType::kMount;
}

v1::ContentSource ToProto(const ContentSource& source) {
  v1::ContentSource proto;
  if (source.kind == ContentSource::Kind::kSnapshot) {
    proto.set_snapshot_id(source.id);
  } else if (source.kind == ContentSource::Kind::kVolume) {
    proto.set_volume_id(source.id);
  }
  return proto;
}

ContentSource FromProto(const v1::ContentSource& proto) {
  switch (proto.source_case()) {
    case v1::ContentSource::kSnapshotId:
      return {ContentSource::Kind::kSnapshot, proto.snapshot_id()};
    case v1::ContentSource::kVolumeId:
      return {ContentSource::Kind::kVolume, proto.volume_id()};
    case v1::ContentSource::SOURCE_NOT_SET:
      break;
  }
  return {};
}

void AddPublication(const Publication& publication, v1::VolumeRecord& record) {
  v1::Publication& proto = *record.add_publications();
  proto.set_node_id(publication.node_id);
  proto.set_read_only(publication.read_only);
  proto.set_access_mode(static_cast<v1::AccessMode>(publication.access_mode));
}

Publication FromProto(const v1::Publication& proto) {
  return {.node_id = proto.node_id(),
          .read_only = proto.read_only(),
          .access_mode = static_cast<backend::AccessMode>(proto.access_mode())};
}

absl::Status UnknownValue(absl::string_view field) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the field ", field,
      " of the record has a value that this version of "
      "the program does not know. Install the version that wrote it"));
}

absl::Status CheckKnown(v1::AccessType type) {
  if (v1::AccessType_IsValid(type)) return absl::OkStatus();
  return UnknownValue("access_type");
}

absl::Status CheckKnown(const v1::VolumeRecord& record) {
  RETURN_IF_ERROR(CheckKnown(record.access_type()));
  // A kind of source that is not known here is among the unknown fields.
  const v1::ContentSource& source = record.source();
  if (source.source_case() == v1::ContentSource::SOURCE_NOT_SET &&
      source.ByteSizeLong() > 0) {
    return UnknownValue("source");
  }
  for (const v1::Publication& each : record.publications()) {
    if (!v1::AccessMode_IsValid(each.access_mode()) ||
        each.access_mode() == v1::ACCESS_MODE_UNSPECIFIED) {
      return UnknownValue("publications.access_mode");
    }
  }
  return absl::OkStatus();
}

template <typename Record>
absl::StatusOr<std::string> Serialize(const Record& record) {
  std::string bytes = record.SerializeAsString();
  if (bytes.size() <= kMaximumRecordBytes) return bytes;
  return absl::InvalidArgumentError(absl::StrCat(
      "name, parameters and publications of ", record.name(), " take up ",
      bytes.size(), " bytes together. At most ", kMaximumRecordBytes,
      " can be stored: shorten the parameters"));
}

// Also refuses what parses by chance: every record has these three.
template <typename Record>
absl::StatusOr<Record> Parse(const std::string& bytes) {
  Record record;
  if (record.ParseFromString(bytes) && !record.name().empty() &&
      record.access_type() != v1::ACCESS_TYPE_UNSPECIFIED &&
      record.logical_block_bytes() > 0) {
    return record;
  }
  return absl::DataLossError(absl::StrCat("the record (", bytes.size(),
                                          " bytes in ", kRecordAttribute,
                                          ") is not readable"));
}

template <typename Record>
backend::Format FormatOf(const Record& record) {
  return {.access_type = FromProto(record.access_type()),
          .fs_type = record.fs_type(),
          .logical_block_bytes = record.logical_block_bytes()};
}

template <typename Record>
void SetFormat(const backend::Format& format, Record& record) {
  record.set_access_type(ToProto(format.access_type));
  record.set_fs_type(format.fs_type);
  record.set_logical_block_bytes(format.logical_block_bytes);
}

backend::VolumeSpec SpecOf(const v1::VolumeRecord& record) {
  return {
      .name = record.name(),
      .capacity = {record.required_bytes(), record.limit_bytes()},
      .access_type = FromProto(record.access_type()),
      .fs_type = record.fs_type(),
      .source = FromProto(record.source()),
      .parameters = {record.parameters().begin(), record.parameters().end()},
      .claim_namespace = record.claim_namespace(),
      .claim_name = record.claim_name(),
      .persistent_volume_name = record.persistent_volume_name()};
}

void SetSpec(const backend::VolumeSpec& spec, v1::VolumeRecord& record) {
  record.set_name(spec.name);
  record.set_required_bytes(spec.capacity.required_bytes);
  record.set_limit_bytes(spec.capacity.limit_bytes);
  *record.mutable_source() = ToProto(spec.source);
  record.mutable_parameters()->insert(spec.parameters.begin(),
                                      spec.parameters.end());
  record.set_claim_namespace(spec.claim_namespace);
  record.set_claim_name(spec.claim_name);
  record.set_persistent_volume_name(spec.persistent_volume_name);
}

}  // namespace

absl::StatusOr<std::string> EncodeVolume(const backend::Volume& volume) {
  v1::VolumeRecord record;
  SetSpec(volume.spec, record);
  SetFormat(volume.format, record);
  *record.mutable_created_at() = ToProto(volume.created_at);
  for (const Publication& publication : volume.publications) {
    AddPublication(publication, record);
  }
  return Serialize(record);
}

absl::StatusOr<std::string> ReplacePublications(
    const std::string& bytes, const std::vector<Publication>& publications) {
  ASSIGN_OR_RETURN(auto record, Parse<v1::VolumeRecord>(bytes));
  record.clear_publications();
  for (const Publication& publication : publications) {
    AddPublication(publication, record);
  }
  return Serialize(record);
}

absl::StatusOr<backend::Volume> DecodeVolume(const std::string& bytes) {
  ASSIGN_OR_RETURN(const auto record, Parse<v1::VolumeRecord>(bytes));
  RETURN_IF_ERROR(CheckKnown(record));
  backend::Volume volume;
  volume.format = FormatOf(record);
  volume.spec = SpecOf(record);
  volume.created_at = FromProto(record.created_at());
  for (const v1::Publication& publication : record.publications()) {
    volume.publications.push_back(FromProto(publication));
  }
  return volume;
}

absl::StatusOr<std::string> EncodeSnapshot(const StoredSnapshot& stored) {
  const backend::Snapshot& snapshot = stored.snapshot;
  v1::SnapshotRecord record;
  record.set_name(snapshot.name);
  record.set_source_volume_id(snapshot.source_volume_id);
  *record.mutable_created_at() = ToProto(snapshot.created_at);
  SetFormat(snapshot.format, record);
  record.set_allocated_bytes(stored.allocated_bytes);
  record.mutable_parameters()->insert(snapshot.parameters.begin(),
                                      snapshot.parameters.end());
  return Serialize(record);
}

absl::StatusOr<StoredSnapshot> DecodeSnapshot(const std::string& bytes) {
  ASSIGN_OR_RETURN(const auto record, Parse<v1::SnapshotRecord>(bytes));
  RETURN_IF_ERROR(CheckKnown(record.access_type()));
  StoredSnapshot stored;
  stored.allocated_bytes = record.allocated_bytes();
  stored.snapshot.name = record.name();
  stored.snapshot.source_volume_id = record.source_volume_id();
  stored.snapshot.created_at = FromProto(record.created_at());
  stored.snapshot.format = FormatOf(record);
  stored.snapshot.parameters = {record.parameters().begin(),
                                record.parameters().end()};
  return stored;
}

}  // namespace holdfast::pool
