#include "cli/demo.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

using Source = backend::ContentSource;

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kLargest = 1024 * kMiB;
constexpr int64_t kSmallest = 32 * kMiB;
constexpr int64_t kTreeBytes = 16 * kMiB;

// Names of this run differ from those of any other on this machine.
std::string Prefix() {
  return absl::StrCat("demo-", absl::ToUnixMicros(absl::Now()), "-", getpid());
}

std::string Summary(std::vector<absl::Duration> times) {
  if (times.empty()) return "";
  std::sort(times.begin(), times.end());
  return absl::StrCat("p50 ", FormatTime(times[times.size() / 2]), ", max ",
                      FormatTime(times.back()));
}

// Each clone gets a file that no other has.
absl::Status WriteMark(const WorkVolume& volume) {
  const std::string path = volume.target_path + "/mark";
  std::ofstream(path) << volume.name;
  std::string found;
  std::ifstream(path) >> found;
  if (found == volume.name) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path, " does not hold its name"));
}

}  // namespace

Demo::Demo(Parts parts, DemoOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      workplace_({.controller = parts_.controller, .node = parts_.node},
                 options_.directory, Prefix()) {}

absl::Status Demo::Run() {
  absl::Status status = RunSteps();
  absl::Status cleaned = workplace_.CleanUp();
  if (!status.ok()) {
    if (!cleaned.ok()) {
      parts_.progress.Note(absl::StrCat("left behind: ", cleaned.message()));
    }
    return status;
  }
  return cleaned;
}

absl::Status Demo::RunSteps() {
  RETURN_IF_ERROR(Introduce());
  RETURN_IF_ERROR(ChooseSize());
  RETURN_IF_ERROR(MakeOriginal());
  RETURN_IF_ERROR(FillOriginal());
  RETURN_IF_ERROR(RestoreLarger());
  RETURN_IF_ERROR(Grow());
  RETURN_IF_ERROR(MakeClones());
  RETURN_IF_ERROR(CheckClones());
  RETURN_IF_ERROR(MakeXfs());
  RETURN_IF_ERROR(DeleteAndUndelete());
  return DeleteAll();
}

absl::Status Demo::Step(const std::string& text, Body body) {
  if (parts_.interrupted()) return absl::CancelledError("interrupted");
  parts_.progress.Begin(text);
  const absl::Status status = body();
  if (!status.ok()) {
    parts_.progress.Fail();
    return Annotate(status, text);
  }
  parts_.progress.End();
  return absl::OkStatus();
}

absl::Status Demo::Repeat(const std::string& text, size_t times,
                          absl::FunctionRef<absl::Status(size_t)> body) {
  std::vector<absl::Duration> took;
  parts_.progress.Begin(text, static_cast<int>(times));
  for (size_t i = 0; i < times; ++i) {
    const absl::Time began = absl::Now();
    const absl::Status status =
        parts_.interrupted() ? absl::CancelledError("interrupted") : body(i);
    if (!status.ok()) {
      parts_.progress.Fail();
      return Annotate(status, absl::StrCat(text, ", the ", i + 1, ". time"));
    }
    took.push_back(absl::Now() - began);
    parts_.progress.Advance();
  }
  parts_.progress.End(Summary(took));
  return absl::OkStatus();
}

absl::Status Demo::EachClone(const std::string& text, VolumeBody body) {
  return Repeat(text, clones_.size(),
                [&](size_t i) { return body(*clones_[i]); });
}

absl::Status Demo::Introduce() {
  ASSIGN_OR_RETURN(const PluginInfo plugin, parts_.controller.GetPluginInfo());
  ASSIGN_OR_RETURN(const std::string node, parts_.node.GetNodeId());
  parts_.progress.Headline(
      absl::StrCat(plugin.name, " ", plugin.version, " on node ", node));
  return absl::OkStatus();
}

absl::Status Demo::ChooseSize() {
  if (options_.size_bytes > 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const backend::Capacity capacity,
                   parts_.controller.GetCapacity());
  // The pool keeps what it promises: besides the clones there are the volume,
  // its snapshot, the restored volume at three times the size, templates, and
  // an xfs, which may have up to half of it.
  const int64_t available =
      capacity.available_bytes -
      std::min(2 * kXfsBytes, capacity.available_bytes / 2);
  const int64_t share = available / (options_.clones + 8);
  options_.size_bytes = std::min(share / (4 * kMiB) * (4 * kMiB), kLargest);
  if (options_.size_bytes >= kSmallest) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the pool has ", FormatSize(capacity.available_bytes),
                   " to give, too little for ", options_.clones,
                   " clones; use a larger pool or a smaller --clones"));
}

absl::Status Demo::MakeOriginal() {
  RETURN_IF_ERROR(
      Step(absl::StrCat("create a volume of ", FormatSize(options_.size_bytes)),
           [&]() -> absl::Status {
             ASSIGN_OR_RETURN(
                 original_,
                 workplace_.Create(
                     "original",
                     {.capacity = {.required_bytes = options_.size_bytes}}));
             // It may be larger than asked for: no file system is tiny.
             options_.size_bytes = original_->size_bytes;
             return absl::OkStatus();
           }));
  RETURN_IF_ERROR(Step("stage it: attach, mount",
                       [&] { return workplace_.Stage(*original_); }));
  return Step("publish it: bind",
              [&] { return workplace_.Publish(*original_); });
}

absl::Status Demo::FillOriginal() {
  const std::string& target = original_->target_path;
  RETURN_IF_ERROR(
      Step(options_.tree.empty() ? "write files into it" : "copy files into it",
           [&]() -> absl::Status {
             const TreeShape shape = {
                 .bytes = std::min(kTreeBytes, options_.size_bytes / 4)};
             ASSIGN_OR_RETURN(manifest_, options_.tree.empty()
                                             ? WriteTree(target, shape)
                                             : CopyTree(options_.tree, target));
             return absl::OkStatus();
           }));
  parts_.progress.Note(absl::StrCat(manifest_.files, " files, ",
                                    FormatSize(manifest_.bytes),
                                    ", a SHA-256 of each is kept"));
  return Step("snapshot it", [&]() -> absl::Status {
    ASSIGN_OR_RETURN(snapshot_id_, workplace_.Snapshot("snapshot", *original_));
    return absl::OkStatus();
  });
}

absl::Status Demo::RestoreLarger() {
  const int64_t bytes = 2 * options_.size_bytes;
  // Written after the snapshot: the restore must not have it.
  std::ofstream(original_->target_path + "/later") << "after the snapshot";
  RETURN_IF_ERROR(
      Step(absl::StrCat("restore the snapshot to ", FormatSize(bytes)),
           [&]() -> absl::Status {
             ASSIGN_OR_RETURN(
                 restored_,
                 workplace_.Create("restored",
                                   {.capacity = {.required_bytes = bytes},
                                    .source = {.kind = Source::Kind::kSnapshot,
                                               .id = snapshot_id_}}));
             return absl::OkStatus();
           }));
  RETURN_IF_ERROR(Step("stage and publish the restored volume",
                       [&] { return Mount(*restored_); }));
  RETURN_IF_ERROR(Step("verify every file against its SHA-256", [&] {
    return VerifyTree(restored_->target_path, manifest_);
  }));
  ASSIGN_OR_RETURN(const int64_t before,
                   FileSystemBytes(original_->target_path));
  return CheckLarger(before);
}

absl::Status Demo::CheckLarger(int64_t before) {
  ASSIGN_OR_RETURN(const int64_t now, FileSystemBytes(restored_->target_path));
  if (now <= before) {
    return absl::InternalError(
        absl::StrCat("the file system at ", restored_->target_path, " has ",
                     now, " bytes and should have more than ", before));
  }
  parts_.progress.Note(absl::StrCat("its file system holds ",
                                    FormatSize(now / kMiB * kMiB), ", before ",
                                    FormatSize(before / kMiB * kMiB)));
  return absl::OkStatus();
}

absl::Status Demo::Grow() {
  const int64_t bytes = 3 * options_.size_bytes;
  ASSIGN_OR_RETURN(const int64_t before,
                   FileSystemBytes(restored_->target_path));
  bool refused = false;
  RETURN_IF_ERROR(Step(
      absl::StrCat("grow it to ", FormatSize(bytes), " while mounted"), [&] {
        const absl::Status status = workplace_.Expand(*restored_, bytes);
        refused = absl::StrContains(status.message(), "CAP_SYS_RESOURCE");
        return refused ? absl::OkStatus() : status;
      }));
  if (refused) {
    parts_.progress.Note(
        "refused: the kernel asks for CAP_SYS_RESOURCE, which this machine "
        "does not give");
    RETURN_IF_ERROR(GrowUnmounted(bytes));
  }
  RETURN_IF_ERROR(CheckLarger(before));
  return VerifyTree(restored_->target_path, manifest_);
}

absl::Status Demo::GrowUnmounted(int64_t bytes) {
  return Step("grow it at the next stage instead", [&]() -> absl::Status {
    RETURN_IF_ERROR(Unmount(*restored_));
    RETURN_IF_ERROR(workplace_.Expand(*restored_, bytes));
    return Mount(*restored_);
  });
}

absl::Status Demo::MakeClones() {
  // The clones are of the volume as it was filled.
  std::filesystem::remove(original_->target_path + "/later");
  return Repeat(absl::StrCat("clone it ", options_.clones, " times"),
                static_cast<size_t>(options_.clones),
                [&](size_t i) -> absl::Status {
                  ASSIGN_OR_RETURN(
                      WorkVolume* const clone,
                      workplace_.Create(
                          absl::StrCat("clone-", i),
                          {.capacity = {.required_bytes = options_.size_bytes},
                           .source = {.kind = Source::Kind::kVolume,
                                      .id = original_->id}}));
                  clones_.push_back(clone);
                  return absl::OkStatus();
                });
}

absl::Status Demo::CheckClones() {
  RETURN_IF_ERROR(EachClone("stage all clones", [&](WorkVolume& clone) {
    return workplace_.Stage(clone);
  }));
  RETURN_IF_ERROR(EachClone("publish all clones", [&](WorkVolume& clone) {
    return workplace_.Publish(clone);
  }));
  RETURN_IF_ERROR(
      EachClone("verify every file of all clones", [&](WorkVolume& clone) {
        return VerifyTree(clone.target_path, manifest_);
      }));
  RETURN_IF_ERROR(EachClone("write to each clone", &WriteMark));
  return Step("verify that the original did not change",
              [&] { return VerifyTree(original_->target_path, manifest_); });
}

absl::Status Demo::DeleteAll() {
  clones_.insert(clones_.begin(), {original_, restored_});
  if (xfs_ != nullptr) clones_.push_back(xfs_);
  RETURN_IF_ERROR(
      EachClone("unpublish and unstage all",
                [&](WorkVolume& volume) { return Unmount(volume); }));
  RETURN_IF_ERROR(EachClone("delete all", [&](WorkVolume& volume) {
    return workplace_.Delete(volume);
  }));
  clones_.clear();
  return Step("delete the snapshot",
              [&] { return workplace_.DeleteSnapshots(); });
}

}  // namespace holdfast::cli
