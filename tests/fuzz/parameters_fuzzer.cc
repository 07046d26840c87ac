// StorageClass parameters: the type of the file system, then a line for each,
// "key=value".

#include "absl/strings/str_split.h"
#include "backend/pool/mkfs_options.h"
#include "backend/pool/parameters.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast::pool {
namespace {

// The words become arguments of mkfs: no option but an allowed one, and no
// value that is an option, a path, or more than one word.
void CheckWords(const std::vector<std::string>& words,
                const std::string& fs_type) {
  FUZZ_CHECK(words.size() % 2 == 0);
  for (size_t i = 0; i < words.size(); i += 2) {
    bool allowed = false;
    for (const auto& rule : MkfsOptionRules(fs_type)) {
      allowed = allowed || rule.flag == words[i];
    }
    FUZZ_CHECK_SAYING(allowed, words[i]);
    const std::string& value = words[i + 1];
    FUZZ_CHECK_SAYING(!value.empty() && value[0] != '-', value);
    FUZZ_CHECK_SAYING(value.find_first_not_of(
                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "0123456789._:+-^=,") == value.npos,
                      value);
  }
}

void Check(const std::string& fs_type, const Parameters& parameters) {
  const auto parsed = ParseVolumeParameters(parameters, fs_type);
  if (!parsed.ok()) {
    FUZZ_CHECK(absl::IsInvalidArgument(parsed.status()));
    FUZZ_CHECK(!parsed.status().message().empty());
    return;
  }
  CheckWords(parsed->mkfs_options, fs_type);
  FUZZ_CHECK(parsed->provisioning == ProvisioningOf(parameters));
  for (const auto& [key, value] : parameters) {
    bool known = false;
    for (const auto& each : KnownVolumeParameters()) {
      known = known || each.key == key;
    }
    FUZZ_CHECK_SAYING(known, key);
  }
}

}  // namespace
}  // namespace holdfast::pool

HOLDFAST_FUZZ_TARGET(bytes) {
  const std::vector<std::string> lines = absl::StrSplit(bytes, '\n');
  holdfast::pool::Parameters parameters;
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t equals = lines[i].find('=');
    if (equals == std::string::npos) continue;
    parameters[lines[i].substr(0, equals)] = lines[i].substr(equals + 1);
  }
  holdfast::pool::Check(lines.front(), parameters);
}
