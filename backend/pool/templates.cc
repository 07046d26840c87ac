#include "backend/pool/templates.h"

#include <glog/logging.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "backend/pool/errors.h"
#include "backend/pool/mkfs.h"
#include "backend/pool/open_pool.h"
#include "backend/pool/random.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/rollback.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

// mkfs takes milliseconds; a hung one must not hold a first user for ever.
constexpr absl::Duration kLongestBuild = absl::Minutes(2);
// Of a volume's device that every disk can serve.
constexpr uint32_t kCommonBlockBytes = 4096;

absl::Time Deadline(const Operation& operation) {
  return std::min(operation.deadline(), absl::Now() + kLongestBuild);
}

std::vector<std::string> Command(const TemplateSpec& spec) {
  return MkfsCommand({.fs_type = spec.fs_type,
                      .logical_block_bytes = spec.logical_block_bytes,
                      .options = spec.mkfs_options});
}

absl::Status Refused(const std::vector<std::string>& argv,
                     const os::CommandResult& result) {
  return absl::FailedPreconditionError(absl::StrCat(
      argv[0], " ended with code ", result.exit_code, ": ", result.output,
      ". Run it by hand on a new file: ", absl::StrJoin(argv, " ")));
}

// What a program that refused can have disliked: our own options are right.
absl::Status Blame(const absl::Status& refused, const TemplateSpec& spec) {
  if (!spec.mkfs_options.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no file system can be made with the options \"",
        absl::StrJoin(spec.mkfs_options, " "), "\": ", refused.message()));
  }
  if (spec.logical_block_bytes >= kCommonBlockBytes) return refused;
  // mkfs.xfs makes no sectors smaller than those of the disk below the file.
  return absl::FailedPreconditionError(absl::StrCat(
      "no ", spec.fs_type, " for logical blocks of ", spec.logical_block_bytes,
      " bytes can be made here. Ask for blocks of ", kCommonBlockBytes,
      ", or use a pool on a disk with blocks of ", spec.logical_block_bytes,
      ": ", refused.message()));
}

// What it answered, whatever its exit code.
absl::StatusOr<os::CommandResult> RunTool(os::Commands& commands,
                                          const std::vector<std::string>& argv,
                                          absl::Time deadline) {
  auto result = commands.Run(argv, deadline);
  if (IsErrno(result.status(), ENOENT)) {
    return absl::FailedPreconditionError(absl::StrCat(
        argv[0], " is not installed: install the package that has it"));
  }
  if (!result.ok()) return Meaning(result.status(), "make a template");
  if (result->exit_code == 0) return result;
  // strerror(ENOSPC) under LC_ALL=C, by which alone a program can say it.
  if (absl::StrContains(result->output, "No space left on device")) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the file system of the pool is full: ", argv[0], ": ",
                     result->output, ". Free space on it"));
  }
  return result;
}

}  // namespace

absl::Status Templates::Load() {
  const auto names = parts_.files.List(parts_.layout.Templates());
  if (!names.ok()) return Meaning(names.status(), "list the templates");
  for (const std::string& key : *names) {
    ASSIGN_OR_RETURN(const auto info,
                     StatToCount(parts_.files, parts_.layout.Template(key)));
    parts_.reservation.Exchange(0, info.allocated_bytes);
    Remember(key, info.allocated_bytes);
  }
  return absl::OkStatus();
}

absl::StatusOr<UniqueFd> Templates::Open(const TemplateSpec& spec,
                                         Operation& operation) {
  operation.Step("find template");
  ASSIGN_OR_RETURN(std::string key, Key(spec));
  while (true) {
    auto fd =
        parts_.files.Open(parts_.layout.Template(key), os::OpenMode::kReadOnly);
    if (fd.ok()) {
      Touch(key);
      return fd;
    }
    if (!IsErrno(fd.status(), ENOENT)) {
      return Meaning(fd.status(), "open a template");
    }
    RETURN_IF_ERROR(operation.CheckActive());
    ASSIGN_OR_RETURN(const Turn turn, TakeTurn(key, operation));
    if (turn == Turn::kLookAgain) continue;
    const absl::Cleanup end_turn = [this, mine = key] { EndTurn(mine); };
    // The program may have been upgraded since its version was asked.
    ForgetVersions();
    ASSIGN_OR_RETURN(const std::string now, Key(spec));
    if (now == key) RETURN_IF_ERROR(Build(key, spec, operation));
    key = now;
  }
}

absl::StatusOr<std::string> Templates::Key(const TemplateSpec& spec) {
  const std::vector<std::string> mkfs = Command(spec);
  ASSIGN_OR_RETURN(const std::string version, ToolVersion(mkfs.front()));
  const std::string all =
      absl::StrCat(absl::StrJoin(mkfs, "\n"), "\n", version, "\n",
                   spec.size_bytes, "\n", spec.logical_block_bytes);
  return absl::StrCat(spec.fs_type, "-", Sha256Hex(all, 16));
}

absl::StatusOr<std::string> Templates::ToolVersion(const std::string& tool) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = versions_.find(tool);
    if (known != versions_.end()) return known->second;
  }
  const std::vector<std::string> argv = {tool, "-V"};
  ASSIGN_OR_RETURN(
      const os::CommandResult result,
      RunTool(parts_.commands, argv, absl::Now() + absl::Seconds(10)));
  if (result.exit_code != 0) return Refused(argv, result);
  absl::MutexLock lock(&mutex_);
  return versions_[tool] = result.output;
}

void Templates::ForgetVersions() {
  absl::MutexLock lock(&mutex_);
  versions_.clear();
}

absl::StatusOr<Templates::Turn> Templates::TakeTurn(
    const std::string& key, const Operation& operation) {
  absl::MutexLock lock(&mutex_);
  if (building_.insert(key).second) return Turn::kBuild;
  const auto is_over = [this, &key]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !building_.contains(key);
  };
  if (mutex_.AwaitWithDeadline(absl::Condition(&is_over),
                               operation.deadline())) {
    return Turn::kLookAgain;
  }
  return absl::UnavailableError(
      "another call is still making the template of this size. Try again");
}

void Templates::EndTurn(const std::string& key) {
  absl::MutexLock lock(&mutex_);
  building_.erase(key);
}

absl::Status Templates::Build(const std::string& key, const TemplateSpec& spec,
                              Operation& operation) {
  const std::string path = parts_.layout.Template(key);
  // Another call may have made it between our look and our turn.
  if (parts_.files.Stat(path).ok()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto permit, builds_.Acquire(operation));
  operation.Step("make template");
  // Random: the mkfs of a killed process may still be writing to its own.
  ASSIGN_OR_RETURN(const std::string part, RandomBytes(8));
  const std::string incoming = parts_.layout.IncomingFile(
      absl::StrCat(key, ".", absl::BytesToHexString(part)));
  Rollback rollback;
  rollback.Add("unlink " + incoming, [this, &incoming] {
    const absl::Status gone = parts_.files.Unlink(incoming);
    return IsErrno(gone, ENOENT) ? absl::OkStatus() : gone;
  });
  const absl::Status made = Make(incoming, key, spec, operation);
  if (!made.ok()) return rollback.Undo(made);
  DropLeastUsed();
  const absl::Status durable =
      Meaning(parts_.files.SyncDirectory(parts_.layout.Templates()),
              "make a template durable");
  if (!durable.ok()) return rollback.Undo(durable);
  rollback.Commit();
  const absl::Status gone = parts_.files.Unlink(incoming);
  if (!gone.ok()) {
    // It goes when the pool is opened next.
    LOG(WARNING) << LogLine("incoming_kept")
                        .Add("path", incoming)
                        .Add("error", gone.message());
  }
  return absl::OkStatus();
}

absl::Status Templates::Make(const std::string& incoming,
                             const std::string& key, const TemplateSpec& spec,
                             Operation& operation) {
  ASSIGN_OR_RETURN(const UniqueFd formatted, Format(incoming, spec, operation));
  ASSIGN_OR_RETURN(const UniqueFd image, Thin(formatted));
  const auto info = parts_.data_files.Stat(image.get());
  if (!info.ok()) return Meaning(info.status(), "look at a template");
  const int64_t bytes = info->allocated_bytes;
  ASSIGN_OR_RETURN(auto hold, parts_.trash.Reserve(bytes, operation));
  RETURN_IF_ERROR(
      Meaning(parts_.files.Link(image.get(), parts_.layout.Template(key)),
              "publish a template"));
  hold.Commit();
  Remember(key, bytes);
  LOG(INFO) << LogLine("template_made")
                   .Add("key", key)
                   .Add("size_bytes", spec.size_bytes)
                   .Add("allocated_bytes", bytes);
  return absl::OkStatus();
}

absl::StatusOr<UniqueFd> Templates::Format(const std::string& path,
                                           const TemplateSpec& spec,
                                           const Operation& operation) {
  auto fd = parts_.files.Create(path);
  if (!fd.ok()) return Meaning(fd.status(), "make a file for a template");
  RETURN_IF_ERROR(
      Meaning(parts_.data_files.Truncate(fd->get(), spec.size_bytes),
              "set the size of a template"));
  std::vector<std::string> argv = Command(spec);
  argv.push_back(path);
  ASSIGN_OR_RETURN(const os::CommandResult result,
                   RunTool(parts_.commands, argv, Deadline(operation)));
  if (result.exit_code != 0) return Blame(Refused(argv, result), spec);
  return fd;
}

// The xfs tool allocates the log, and the ext3 tool inode tables, not writing
// to them. A clone takes over only what is written: 0.4 MB instead of 66.
absl::StatusOr<UniqueFd> Templates::Thin(const UniqueFd& formatted) {
  auto image = parts_.files.CreateUnnamed(parts_.layout.Templates());
  if (!image.ok()) return Meaning(image.status(), "make a template's file");
  RETURN_IF_ERROR(
      Meaning(parts_.data_files.Clone(image->get(), formatted.get()),
              "clone a template"));
  RETURN_IF_ERROR(
      Meaning(parts_.data_files.Sync(image->get()), "make a template durable"));
  return image;
}

void Templates::Touch(const std::string& key) {
  absl::MutexLock lock(&mutex_);
  const auto cached = cached_.find(key);
  if (cached != cached_.end()) cached->second.last_use = ++uses_;
}

void Templates::Remember(const std::string& key, int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  cached_[key] = {.bytes = bytes, .last_use = ++uses_};
}

// Who has a dropped template open goes on with it; the next user makes it
// anew. One that cannot be unlinked is forgotten until the next start.
void Templates::DropLeastUsed() {
  std::pair<std::string, Cached> least;
  {
    absl::MutexLock lock(&mutex_);
    if (cached_.size() <= capacity_) return;
    least = *std::min_element(cached_.begin(), cached_.end(),
                              [](const auto& a, const auto& b) {
                                return a.second.last_use < b.second.last_use;
                              });
    cached_.erase(least.first);
  }
  const absl::Status gone =
      parts_.files.Unlink(parts_.layout.Template(least.first));
  if (gone.ok()) {
    parts_.reservation.Exchange(least.second.bytes, 0);
    return;
  }
  LOG(WARNING) << LogLine("template_unlink_failed")
                      .Add("key", least.first)
                      .Add("error", gone.message());
}

}  // namespace holdfast::pool
