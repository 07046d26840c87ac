#include "backend/pool/volume_creator.h"

#include <glog/logging.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/fs_types.h"
#include "backend/pool/parameters.h"
#include "backend/pool/sizes.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::AccessType;
using backend::ContentSource;
using backend::Format;
using backend::Volume;
using backend::VolumeSpec;

// A restore keeps what its source is: a block image mounted as a file system
// would hand the kernel a superblock that a user made.
absl::StatusOr<Format> FormatLike(const VolumeSpec& spec,
                                  const VolumeParameters& parameters,
                                  const Format& source) {
  if (spec.access_type != source.access_type) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the source ", spec.source.id, " is a ",
        source.access_type == AccessType::kBlock ? "block" : "mount",
        " volume and stays one. Ask for the same access type"));
  }
  if (!spec.fs_type.empty() && spec.fs_type != source.fs_type) {
    return absl::InvalidArgumentError(
        absl::StrCat("the source ", spec.source.id, " has the file system ",
                     Quote(source.fs_type), " and keeps it. Ask for no other"));
  }
  // Who wrote in blocks of 512 bytes could not go on in larger ones, and a
  // file system made for 4096 does not fit 512 of another.
  if (parameters.logical_block_bytes.value_or(source.logical_block_bytes) !=
      source.logical_block_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the source ", spec.source.id, " has logical blocks of ",
        source.logical_block_bytes, " bytes and keeps them. Ask for the same ",
        kLogicalBlockBytesParameter));
  }
  return source;
}

absl::StatusOr<Format> NewFormat(const VolumeSpec& spec,
                                 const VolumeParameters& parameters) {
  Format format{.access_type = spec.access_type,
                .logical_block_bytes = parameters.logical_block_bytes.value_or(
                    Format().logical_block_bytes)};
  if (spec.access_type == AccessType::kMount) {
    ASSIGN_OR_RETURN(const auto type, FindFsType(spec.fs_type));
    format.fs_type = type.name;
  } else if (!spec.fs_type.empty()) {
    return absl::InvalidArgumentError(
        "a block volume has no file system. Ask for one or the other");
  }
  return format;
}

absl::StatusOr<int64_t> MinimumBytes(const Format& format) {
  if (format.access_type == AccessType::kBlock) return 0;
  ASSIGN_OR_RETURN(const auto type, FindFsType(format.fs_type));
  return type.minimum_bytes;
}

// By the type that it will have, so that options of another are refused.
absl::StatusOr<VolumeParameters> ParametersOf(const VolumeSpec& spec,
                                              const Format* source) {
  std::string fs_type = source != nullptr ? source->fs_type : spec.fs_type;
  if (source == nullptr && spec.access_type == AccessType::kMount) {
    ASSIGN_OR_RETURN(const auto type, FindFsType(spec.fs_type));
    fs_type = type.name;
  }
  return ParseVolumeParameters(spec.parameters, fs_type);
}

}  // namespace

absl::StatusOr<Volume> VolumeCreator::Create(const VolumeSpec& spec,
                                             Operation& operation) {
  // First of all: a repetition must succeed after the source is deleted.
  RETURN_IF_ERROR(parts_.builder.CheckNew(parts_.layout.Volumes(),
                                          parts_.ids.Volume(spec.name)));
  ASSIGN_OR_RETURN(const auto source, FindSource(spec.source));
  ASSIGN_OR_RETURN(Volume volume, Decide(spec, source));
  // Whether the record fits is asked before anything is made.
  RETURN_IF_ERROR(EncodeVolume(volume).status());
  if (volume.format.fs_type == "btrfs") {
    RETURN_IF_ERROR(parts_.btrfs.Check(operation));
  }
  ASSIGN_OR_RETURN(auto hold, parts_.trash.Reserve(
                                  PromiseFor(volume.size_bytes), operation));
  RETURN_IF_ERROR(parts_.trash.WithRoom(
      [&] { return Build(volume, source, hold, operation); }, operation));
  LOG(INFO) << LogLine("volume_created")
                   .Add("volume_id", volume.id)
                   .Add("name", spec.name)
                   .Add("size_bytes", volume.size_bytes)
                   .Add("source", spec.source.id);
  return volume;
}

absl::Status VolumeCreator::Build(Volume& volume,
                                  const std::optional<Source>& source,
                                  Reservation::Hold& hold,
                                  Operation& operation) {
  ASSIGN_OR_RETURN(const UniqueFd content,
                   OpenContent(volume, source, operation));
  return parts_.builder.Build(
      {.directory = parts_.layout.Volumes(),
       .name = volume.id,
       .content = content.valid() ? &content : nullptr,
       .size_bytes = volume.size_bytes,
       .provisioning = ProvisioningOf(volume.spec.parameters),
       .hold = hold,
       .seal =
           [&volume](const os::FileInfo& file) {
             // By the clock of the file system: the two are compared.
             volume.created_at = volume.modified_at = file.modified;
             return EncodeVolume(volume);
           }},
      operation);
}

absl::StatusOr<std::optional<VolumeCreator::Source>> VolumeCreator::FindSource(
    const ContentSource& source) const {
  switch (source.kind) {
    case ContentSource::Kind::kNone:
      return std::nullopt;
    case ContentSource::Kind::kSnapshot: {
      ASSIGN_OR_RETURN(const auto stored,
                       parts_.catalog.GetSnapshot(source.id));
      return Source{.format = stored.snapshot.format,
                    .size_bytes = stored.snapshot.size_bytes,
                    .path = parts_.layout.Snapshot(source.id)};
    }
    case ContentSource::Kind::kVolume: {
      ASSIGN_OR_RETURN(Volume volume, parts_.catalog.GetVolume(source.id));
      Source found{.format = volume.format,
                   .size_bytes = volume.size_bytes,
                   .path = parts_.layout.Volume(source.id)};
      found.live = std::move(volume);
      return found;
    }
  }
  return absl::InvalidArgumentError("the content source is of no known kind");
}

absl::StatusOr<Volume> VolumeCreator::Decide(
    const VolumeSpec& spec, const std::optional<Source>& source) const {
  ASSIGN_OR_RETURN(const VolumeParameters parameters,
                   ParametersOf(spec, source ? &source->format : nullptr));
  Volume volume;
  ASSIGN_OR_RETURN(volume.format,
                   source ? FormatLike(spec, parameters, source->format)
                          : NewFormat(spec, parameters));
  ASSIGN_OR_RETURN(const int64_t minimum, MinimumBytes(volume.format));
  ASSIGN_OR_RETURN(
      volume.size_bytes,
      ChooseSize(spec.capacity,
                 {.block_bytes = volume.format.logical_block_bytes,
                  .minimum_bytes = minimum,
                  .source_bytes = source ? source->size_bytes : 0}));
  volume.id = parts_.ids.Volume(spec.name);
  volume.spec = spec;
  volume.spec.fs_type = volume.format.fs_type;
  volume.created_at = parts_.clock.now();
  return volume;
}

absl::StatusOr<UniqueFd> VolumeCreator::OpenContent(
    const Volume& volume, const std::optional<Source>& source,
    Operation& operation) {
  if (!source) {
    if (volume.format.access_type == AccessType::kBlock) return UniqueFd();
    ASSIGN_OR_RETURN(const VolumeParameters parameters,
                     ParametersOf(volume.spec, nullptr));
    return parts_.templates.Open(
        {.fs_type = volume.format.fs_type,
         .size_bytes = volume.size_bytes,
         .logical_block_bytes = volume.format.logical_block_bytes,
         .mkfs_options = parameters.mkfs_options},
        operation);
  }
  if (source->live) {
    RETURN_IF_ERROR(parts_.live.Flush(*source->live, operation));
  }
  auto fd = parts_.files.Open(source->path, os::OpenMode::kReadOnly);
  if (IsErrno(fd.status(), ENOENT)) {
    return absl::NotFoundError(
        absl::StrCat("the source ", volume.spec.source.id, " is gone"));
  }
  if (!fd.ok()) return Meaning(fd.status(), "open the source");
  return fd;
}

}  // namespace holdfast::pool
