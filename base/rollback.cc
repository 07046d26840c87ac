#include "base/rollback.h"

#include <glog/logging.h>

#include <iterator>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace holdfast {

Rollback::~Rollback() { RunAll(); }

absl::Status Rollback::Undo(const absl::Status& cause) {
  const std::string failed = RunAll();
  if (failed.empty()) return cause;
  return absl::UnavailableError(absl::StrCat(
      cause.message(), ". Undoing what was done failed too: ", failed,
      ". Try again"));
}

std::string Rollback::RunAll() {
  std::string failed;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    const absl::Status status = step->undo();
    if (status.ok()) continue;
    LOG(ERROR) << LogLine("rollback_failed")
                      .Add("undo", step->what)
                      .Add("error", status.ToString());
    absl::StrAppend(&failed, failed.empty() ? "" : "; ", step->what, ": ",
                    status.message());
  }
  steps_.clear();
  return failed;
}

}  // namespace holdfast
