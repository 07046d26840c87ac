#include "controller/router/known_pools.h"

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

constexpr char kPrefix[] = "known-pool-";
constexpr char kIncoming[] = "incoming-known-pool";
constexpr char kOther[] = "other";

std::string TextOf(const KnownPool& pool) {
  const Announcement& announced = pool.announcement;
  return absl::StrCat("name ", announced.name, "\nnode ", announced.node,
                      "\nagent ", pool.agent, "\nrank ",
                      announced.rank == PoolRank::kFirst ? "first" : kOther,
                      "\n");
}

KnownPool FromText(const std::string& home, const std::string& text,
                   const std::string& topology) {
  std::map<std::string, std::string> words;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> word =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    words.insert(word);
  }
  KnownPool pool = {
      .announcement = {.name = words["name"],
                       .home = home,
                       .node = words["node"],
                       .rank = words["rank"] == kOther ? PoolRank::kOther
                                                       : PoolRank::kFirst},
      .agent = words["agent"]};
  if (!pool.announcement.node.empty()) {
    pool.announcement.segments[topology] = pool.announcement.node;
  }
  return pool;
}

}  // namespace

absl::StatusOr<KnownPoolMap> KnownPools::Load(os::Files& files,
                                              const std::string& directory,
                                              const std::string& topology) {
  const std::string cannot =
      absl::StrCat("cannot read the controller's state in ", Quote(directory),
                   "; make it first");
  const auto names = files.List(directory);
  if (!names.ok()) return Annotate(names.status(), cannot);
  KnownPoolMap pools;
  for (const std::string& name : *names) {
    absl::string_view home = name;
    if (!absl::ConsumePrefix(&home, kPrefix)) continue;
    const auto text = files.ReadFile(absl::StrCat(directory, "/", name));
    if (!text.ok()) return Annotate(text.status(), cannot);
    pools[std::string(home)] = FromText(std::string(home), *text, topology);
  }
  // As with forgotten pools: a name may not be durable yet.
  RETURN_IF_ERROR(files.SyncDirectory(directory));
  return pools;
}

KnownPools::KnownPools(os::Files& files, os::DataFiles& data_files,
                       std::string directory, KnownPoolMap pools)
    : files_(&files),
      data_files_(&data_files),
      directory_(std::move(directory)),
      pools_(std::move(pools)) {}

KnownPoolMap KnownPools::All() const {
  absl::MutexLock lock(&mutex_);
  return pools_;
}

bool KnownPools::Has(const std::string& home, const KnownPool& pool) const {
  absl::MutexLock lock(&mutex_);
  const auto it = pools_.find(home);
  return it != pools_.end() && it->second == pool;
}

absl::Status KnownPools::Add(const std::string& home, const KnownPool& pool) {
  if (files_ == nullptr || Has(home, pool)) return absl::OkStatus();
  absl::MutexLock one(&adding_);
  RETURN_IF_ERROR(Annotate(
      Write(home, pool), absl::StrCat("cannot write to ", Quote(directory_))));
  absl::MutexLock lock(&mutex_);
  pools_.insert_or_assign(home, pool);
  return absl::OkStatus();
}

absl::Status KnownPools::Write(const std::string& home, const KnownPool& pool) {
  const std::string aside = absl::StrCat(directory_, "/", kIncoming);
  const absl::Status removed = files_->Unlink(aside);  // what a kill left
  if (!removed.ok() && !IsErrno(removed, ENOENT)) return removed;
  {
    ASSIGN_OR_RETURN(const UniqueFd file, files_->Create(aside));
    RETURN_IF_ERROR(files_->WriteAll(file.get(), TextOf(pool)));
    RETURN_IF_ERROR(data_files_->Sync(file.get()));
  }
  RETURN_IF_ERROR(
      files_->Replace(aside, absl::StrCat(directory_, "/", kPrefix, home)));
  return files_->SyncDirectory(directory_);
}

}  // namespace holdfast::controller
