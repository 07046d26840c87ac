#include "node/publish.h"

#include <glog/logging.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "node/capability.h"
#include "node/errors.h"

namespace holdfast::node {
namespace {

using backend::AccessMode;
using backend::AccessType;
using backend::AttachMode;
using Kind = Observed::Kind;

// Modes in which a volume has one publication on a machine at most, given that
// SINGLE_NODE_MULTI_WRITER is advertised (CSI spec, NodePublishVolume, table
// of a second call).
bool IsExclusive(AccessMode mode) {
  return mode == AccessMode::kSingleNodeSingleWriter ||
         mode == AccessMode::kSingleNodeWriter ||
         mode == AccessMode::kSingleNodeReaderOnly;
}

absl::Status CheckTarget(const PublishSpec& spec, const Observed& target,
                         AccessType access_type) {
  if (target.kind == Kind::kAbsent) return absl::OkStatus();
  if (target.kind == Kind::kForeign) {
    return absl::FailedPreconditionError(absl::StrCat(
        "something else is mounted at the target ", spec.target_path,
        "; unmount it, or publish at another path"));
  }
  if (target.kind == Kind::kDead) {
    return absl::FailedPreconditionError(absl::StrCat(
        "what volume ", spec.volume_id, " has at the target ", spec.target_path,
        " is dead: its device is gone; unpublish it there first"));
  }
  const bool fits = access_type == AccessType::kBlock
                        ? IsBindFile(target.info)
                        : target.info.kind == os::FileKind::kDirectory;
  if (fits) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the target ", spec.target_path, " exists and is not an empty ",
      access_type == AccessType::kBlock ? "regular file" : "directory",
      "; remove it, or publish at another path"));
}

bool IsBlockStagingFile(const std::string& path) {
  return absl::EndsWith(path, BlockStagingFile(""));
}

// A staging path and a publication of a block volume are told apart by name.
absl::Status CheckTargetName(const PublishSpec& spec, AccessType access_type) {
  if (access_type == AccessType::kMount ||
      !IsBlockStagingFile(spec.target_path)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the target ", spec.target_path, " of block volume ", spec.volume_id,
      " is named as what staging makes; publish at another name"));
}

absl::Status PublishedElsewhere(const PublishSpec& spec,
                                const std::vector<std::string>& paths) {
  const std::string staged =
      StagedPath(spec.capability.access_type, spec.staging_path);
  const auto elsewhere =
      std::find_if(paths.begin(), paths.end(),
                   [&](const std::string& path) { return path != staged; });
  const std::string where =
      elsewhere == paths.end() ? "another path" : *elsewhere;
  return absl::FailedPreconditionError(absl::StrCat(
      "volume ", spec.volume_id, " is published at ", where,
      " in a way that does not go with this one; unpublish it there first"));
}

}  // namespace

absl::Status Publish::Run(const PublishSpec& spec, Operation& operation) {
  ASSIGN_OR_RETURN(const auto held,
                   parts_.locks.TryLock(spec.volume_id, operation));
  operation.Step("observe");
  ASSIGN_OR_RETURN(const auto volume, parts_.backend.GetVolume(spec.volume_id));
  PublishSpec wanted = spec;
  wanted.read_only = spec.read_only || IsRecordedReadOnly(volume);
  return PublishVolume(wanted, volume, operation);
}

// Records of other nodes are from before the pool moved here.
bool Publish::IsRecordedReadOnly(const backend::Volume& volume) const {
  return std::any_of(volume.publications.begin(), volume.publications.end(),
                     [this](const backend::Publication& each) {
                       return each.node_id == node_id_ && each.read_only;
                     });
}

absl::Status Publish::PublishVolume(const PublishSpec& spec,
                                    const backend::Volume& volume,
                                    Operation& operation) {
  ASSIGN_OR_RETURN(const Observed target,
                   mounts_.Observe(spec.volume_id, spec.target_path));
  const bool is_published = target.kind == Kind::kVolume;
  RETURN_IF_ERROR(CheckCapability(volume, spec.capability,
                                  is_published ? Use::kInUse : Use::kNotInUse));
  if (is_published) return CheckPublished(spec, target);
  RETURN_IF_ERROR(CheckTargetName(spec, volume.format.access_type));
  RETURN_IF_ERROR(CheckTarget(spec, target, volume.format.access_type));
  RETURN_IF_ERROR(CheckEmpty(spec, target));
  ASSIGN_OR_RETURN(const Subject subject, FindStaged(spec, volume));
  RETURN_IF_ERROR(CheckSharing(subject, operation));
  RETURN_IF_ERROR(operation.CheckActive());

  operation.Step("publish");
  Rollback rollback;
  const absl::Status made = MakePublication(subject, operation, rollback);
  if (!made.ok()) return rollback.Undo(made);
  rollback.Commit();
  LOG(INFO) << LogLine("published")
                   .Add("volume_id", spec.volume_id)
                   .Add("path", spec.target_path)
                   .Add("read_only", spec.read_only ? "yes" : "no");
  return absl::OkStatus();
}

// What is in it would be hidden now, and keep the target from being removed.
absl::Status Publish::CheckEmpty(const PublishSpec& spec,
                                 const Observed& target) {
  if (target.kind != Kind::kUnmounted ||
      target.info.kind != os::FileKind::kDirectory) {
    return absl::OkStatus();
  }
  const auto names = parts_.files.List(spec.target_path);
  RETURN_IF_ERROR(OutsidePool(
      names.status(), absl::StrCat("read the target ", spec.target_path)));
  if (names->empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the target ", spec.target_path, " is not empty: it holds ",
                   names->front(), "; empty it, or publish at another path"));
}

absl::Status Publish::CheckPublished(const PublishSpec& spec,
                                     const Observed& published) {
  bool read_only = published.mode == AttachMode::kReadOnly;
  if (spec.capability.access_type == AccessType::kMount) {
    ASSIGN_OR_RETURN(const auto usage,
                     parts_.files.StatFileSystem(spec.target_path));
    read_only = usage.read_only;
  }
  if (read_only == spec.read_only) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat("volume ", spec.volume_id, " is published at ",
                   spec.target_path, read_only ? " read-only" : " read-write",
                   "; unpublish it before publishing it otherwise"));
}

// The staging path is verified, not believed: after a reboot it can be a plain
// directory, and binding that would give its user an empty volume.
absl::StatusOr<Publish::Subject> Publish::FindStaged(
    const PublishSpec& spec, const backend::Volume& volume) {
  const AccessType type = volume.format.access_type;
  const std::string path = StagedPath(type, spec.staging_path);
  ASSIGN_OR_RETURN(const Observed staged,
                   mounts_.Observe(spec.volume_id, path));
  if (staged.kind != Kind::kVolume || staged.mode != AttachMode::kReadWrite) {
    return absl::FailedPreconditionError(
        absl::StrCat("volume ", spec.volume_id, " is not staged at ",
                     spec.staging_path, "; stage it before publishing it"));
  }
  if (type == AccessType::kMount) RETURN_IF_ERROR(CheckWritable(spec));
  return Subject{spec, type, staged.attachment};
}

// A publication that is asked to be writable and could not be is refused: its
// user would find out by failing writes.
absl::Status Publish::CheckWritable(const PublishSpec& spec) {
  if (spec.read_only) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto usage,
                   parts_.files.StatFileSystem(spec.staging_path));
  if (!usage.read_only) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "volume ", spec.volume_id, " is staged read-only at ", spec.staging_path,
      ", by its mount options or because the file system met an error; "
      "publish it read-only, or stage it again"));
}

// Needs the one scan of mounts that a publish may cost, and only where the
// access mode or a read-only device asks for it.
absl::Status Publish::CheckSharing(const Subject& subject,
                                   Operation& operation) {
  const PublishSpec& spec = subject.spec;
  const bool block = subject.access_type == AccessType::kBlock;
  const bool exclusive = IsExclusive(spec.capability.access_mode);
  if (block && (exclusive || !spec.read_only)) {
    RETURN_IF_ERROR(EndUnusedReadOnlyDevice(spec, operation));
  }
  if (!exclusive && !(block && spec.read_only)) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto paths, mounts_.PathsOf(subject.attachment));
  // Staging paths are no publications. A block volume has as many as it is
  // known by names to the orchestrator. That of a file system is counted, not
  // compared: where a parent of it is a symlink, the mount table spells it
  // otherwise.
  if (block) std::erase_if(paths, IsBlockStagingFile);
  const size_t staging_paths = block ? 0 : 1;
  return paths.size() > staging_paths ? PublishedElsewhere(spec, paths)
                                      : absl::OkStatus();
}

// A read-only device is there while a read-only publication is. One that no
// path shows was left by a call that was cut off, and is ended here.
absl::Status Publish::EndUnusedReadOnlyDevice(const PublishSpec& spec,
                                              Operation& operation) {
  ASSIGN_OR_RETURN(const auto device,
                   mounts_.Find(spec.volume_id, AttachMode::kReadOnly));
  if (!device) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto paths, mounts_.PathsOf(*device));
  if (!paths.empty()) return PublishedElsewhere(spec, paths);
  return parts_.backend.Detach(spec.volume_id, AttachMode::kReadOnly,
                               operation);
}

absl::Status Publish::MakePublication(const Subject& subject,
                                      Operation& operation,
                                      Rollback& rollback) {
  const std::string& path = subject.spec.target_path;
  RETURN_IF_ERROR(target_.Make(path, subject.access_type, rollback));
  ASSIGN_OR_RETURN(const UniqueFd mount,
                   MakeMount(subject, operation, rollback));
  return OutsidePool(parts_.mounts.Attach(mount.get(), path),
                     absl::StrCat("mount at ", path));
}

absl::StatusOr<UniqueFd> Publish::MakeMount(const Subject& subject,
                                            Operation& operation,
                                            Rollback& rollback) {
  const PublishSpec& spec = subject.spec;
  ASSIGN_OR_RETURN(const std::string source,
                   MountSource(subject, operation, rollback));
  auto mount = parts_.mounts.CloneMount(source);
  RETURN_IF_ERROR(
      OutsidePool(mount.status(), absl::StrCat("copy the mount at ", source)));
  if (subject.access_type == AccessType::kBlock) return mount;
  os::MountAttributes attributes = spec.flags.attributes;
  attributes.read_only = spec.read_only;
  if (attributes == os::MountAttributes{}) return mount;
  RETURN_IF_ERROR(
      OutsidePool(parts_.mounts.SetAttributes(mount->get(), attributes),
                  absl::StrCat("set the mount attributes of ", source)));
  return mount;
}

absl::StatusOr<std::string> Publish::MountSource(const Subject& subject,
                                                 Operation& operation,
                                                 Rollback& rollback) {
  const PublishSpec& spec = subject.spec;
  if (subject.access_type == AccessType::kMount || !spec.read_only) {
    return StagedPath(subject.access_type, spec.staging_path);
  }
  ASSIGN_OR_RETURN(const auto before,
                   mounts_.Find(spec.volume_id, AttachMode::kReadOnly));
  if (!before) {
    rollback.Add(
        absl::StrCat("detach the read-only device of ", spec.volume_id),
        [this, id = spec.volume_id, &operation] {
          return parts_.backend.Detach(id, AttachMode::kReadOnly, operation);
        });
  }
  ASSIGN_OR_RETURN(
      const auto attachment,
      parts_.backend.Attach(spec.volume_id, AttachMode::kReadOnly, operation));
  return attachment.device_path;
}

}  // namespace holdfast::node
