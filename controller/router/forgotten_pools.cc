#include "controller/router/forgotten_pools.h"

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

constexpr char kPrefix[] = "forgotten-pool-";

}  // namespace

absl::StatusOr<std::set<std::string>> ForgottenPools::Load(
    os::Files& files, const std::string& directory) {
  const auto names = files.List(directory);
  if (!names.ok()) {
    return Annotate(names.status(),
                    absl::StrCat("cannot read the controller's state in ",
                                 Quote(directory), "; make it first"));
  }
  std::set<std::string> homes;
  for (absl::string_view name : *names) {
    if (absl::ConsumePrefix(&name, kPrefix)) homes.insert(std::string(name));
  }
  // Whoever made a name may have been killed before it was durable, and from
  // now on answers rest on it.
  RETURN_IF_ERROR(files.SyncDirectory(directory));
  return homes;
}

ForgottenPools::ForgottenPools(os::Files& files, os::DataFiles& data_files,
                               std::string directory,
                               std::set<std::string> homes)
    : files_(&files),
      data_files_(&data_files),
      directory_(std::move(directory)),
      homes_(std::move(homes)) {}

bool ForgottenPools::Has(const std::string& home) const {
  absl::MutexLock lock(&mutex_);
  return homes_.count(home) > 0;
}

std::set<std::string> ForgottenPools::All() const {
  absl::MutexLock lock(&mutex_);
  return homes_;
}

absl::Status ForgottenPools::Add(const std::string& home) {
  if (files_ == nullptr) {
    return absl::FailedPreconditionError(
        "this controller has no place to remember that a pool is forgotten; "
        "start it with --state=DIR, a directory that outlives it");
  }
  absl::MutexLock one(&adding_);
  if (Has(home)) return absl::OkStatus();
  RETURN_IF_ERROR(Annotate(
      Write(home), absl::StrCat("cannot write to ", Quote(directory_))));
  absl::MutexLock lock(&mutex_);
  homes_.insert(home);
  return absl::OkStatus();
}

absl::Status ForgottenPools::Write(const std::string& home) {
  absl::Status status;
  {
    const auto file = files_->Create(PathOf(home));
    status = file.ok() ? data_files_->Sync(file->get()) : file.status();
    if (IsErrno(status, EEXIST)) status = absl::OkStatus();
  }
  if (status.ok()) status = files_->SyncDirectory(directory_);
  if (!status.ok()) files_->Unlink(PathOf(home)).IgnoreError();
  return status;
}

std::string ForgottenPools::HowToTakeBack(const std::string& home) const {
  return absl::StrCat("stop the controller and remove ", Quote(PathOf(home)));
}

std::string ForgottenPools::PathOf(const std::string& home) const {
  return absl::StrCat(directory_, "/", kPrefix, home);
}

}  // namespace holdfast::controller
