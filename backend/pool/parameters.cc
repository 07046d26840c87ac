#include "backend/pool/parameters.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "backend/parameter_names.h"
#include "backend/pool/mkfs_options.h"
#include "base/log.h"

namespace holdfast::pool {
namespace {

constexpr char kThin[] = "thin";
constexpr char kThick[] = "thick";

using Mistakes = std::vector<std::string>;

std::string Value(const Parameters& parameters, const std::string& key) {
  const auto found = parameters.find(key);
  return found == parameters.end() ? "" : found->second;
}

std::vector<std::string> KnownKeys() {
  std::vector<std::string> keys;
  for (const auto& each : KnownVolumeParameters()) keys.push_back(each.key);
  return keys;
}

void CheckKeys(const Parameters& parameters,
               const std::vector<std::string>& known, Mistakes& mistakes) {
  for (const auto& [key, value] : parameters) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    mistakes.push_back(
        absl::StrCat("the parameter ", Quote(key), " is not known. Known: ",
                     known.empty() ? "none" : absl::StrJoin(known, ", ")));
  }
}

Provisioning ReadProvisioning(const std::string& value, Mistakes& mistakes) {
  if (value == kThick) return Provisioning::kThick;
  if (!value.empty() && value != kThin) {
    mistakes.push_back(absl::StrCat(kProvisioningParameter, " is thin or thick",
                                    ", not ", Quote(value)));
  }
  return Provisioning::kThin;
}

std::optional<uint32_t> ReadBlockBytes(const std::string& value,
                                       Mistakes& mistakes) {
  if (value == "512") return 512;
  if (value == "4096") return 4096;
  if (!value.empty()) {
    mistakes.push_back(absl::StrCat(kLogicalBlockBytesParameter,
                                    " is 512 or 4096, not ", Quote(value)));
  }
  return std::nullopt;
}

absl::Status Named(const Mistakes& mistakes) {
  if (mistakes.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(mistakes, "; "));
}

}  // namespace

const std::vector<KnownParameter>& KnownVolumeParameters() {
  static const auto* const kKnown = new std::vector<KnownParameter>{
      {backend::kPoolParameter, "The name of the pool that has the volume."},
      {kProvisioningParameter,
       "thin, or thick: all space is allocated before the volume is there."},
      {kLogicalBlockBytesParameter,
       "The logical block of the volume's device: 512 or 4096."},
      {kMkfsOptionsParameter,
       "Options for making the file system, separated by spaces."},
  };
  return *kKnown;
}

absl::StatusOr<VolumeParameters> ParseVolumeParameters(
    const Parameters& parameters, const std::string& fs_type) {
  Mistakes mistakes;
  CheckKeys(parameters, KnownKeys(), mistakes);
  const auto value = [&parameters](const char* key) {
    return Value(parameters, key);
  };
  VolumeParameters parsed{
      .mkfs_options = absl::StrSplit(value(kMkfsOptionsParameter), ' ',
                                     absl::SkipWhitespace()),
      .provisioning = ReadProvisioning(value(kProvisioningParameter), mistakes),
      .logical_block_bytes =
          ReadBlockBytes(value(kLogicalBlockBytesParameter), mistakes)};
  for (const std::string& mistake :
       MkfsOptionMistakes(parsed.mkfs_options, fs_type)) {
    mistakes.push_back(absl::StrCat(kMkfsOptionsParameter, ": ", mistake));
  }
  const absl::Status status = Named(mistakes);
  if (!status.ok()) return status;
  return parsed;
}

Provisioning ProvisioningOf(const Parameters& parameters) {
  return Value(parameters, kProvisioningParameter) == kThick
             ? Provisioning::kThick
             : Provisioning::kThin;
}

absl::Status CheckSnapshotParameters(const Parameters& parameters) {
  Mistakes mistakes;
  CheckKeys(parameters, {}, mistakes);
  return Named(mistakes);
}

}  // namespace holdfast::pool
