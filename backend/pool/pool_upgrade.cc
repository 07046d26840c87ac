#include "backend/pool/pool_upgrade.h"

#include <glog/logging.h>

#include <numeric>

#include "absl/strings/str_cat.h"
#include "backend/pool/pool_file.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

// All that may be found and raised, whether anybody serves it or not.
Formats AllUpTo(uint32_t newest) {
  Formats formats{.newest = newest};
  formats.served.resize(newest);
  std::iota(formats.served.begin(), formats.served.end(), 1U);
  return formats;
}

absl::Status Apply(const FormatStep& step, const PoolFiles& os,
                   const Layout& layout, OwnedHeader& owned) {
  RETURN_IF_ERROR(
      Annotate(step.apply(os, layout),
               absl::StrCat("raise the pool from format ", step.from)));
  owned.header.format_version = step.from + 1;
  ASSIGN_OR_RETURN(owned.lock,
                   WriteHeader(os, layout, owned.header, Publish::kReplacing));
  LOG(INFO) << LogLine("pool_upgraded")
                   .Add("directory", layout.root())
                   .Add("uuid", owned.header.uuid)
                   .Add("format", int64_t{owned.header.format_version});
  return absl::OkStatus();
}

}  // namespace

const std::vector<FormatStep>& FormatSteps() {
  static const auto* const steps = new std::vector<FormatStep>();
  return *steps;
}

absl::StatusOr<Upgraded> Upgrade(const PoolFiles& os, const Layout& layout,
                                 const std::vector<FormatStep>& steps) {
  const uint32_t newest =
      steps.empty() ? kFormatVersion : steps.back().from + 1;
  ASSIGN_OR_RETURN(OwnedHeader owned, OwnPool(os, layout, AllUpTo(newest)));
  Upgraded upgraded{.from = owned.header.format_version};
  for (const FormatStep& step : steps) {
    if (step.from != owned.header.format_version) continue;
    RETURN_IF_ERROR(Apply(step, os, layout, owned));
  }
  upgraded.to = owned.header.format_version;
  if (upgraded.to == newest) return upgraded;
  return absl::FailedPreconditionError(
      absl::StrCat("the pool ", Quote(layout.root()), " has format ",
                   upgraded.to, ", which this program cannot raise to ", newest,
                   ". Raise it with an older version of this program first"));
}

}  // namespace holdfast::pool
