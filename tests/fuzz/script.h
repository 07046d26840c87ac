// A sequence of calls as text, one call to a line: what the fuzzers of whole
// requests read and write, and a person too.
//
//   CreateVolume name: "a" volume_capabilities { block {} }
//   NodeStageVolume volume_id: "$v0" staging_target_path: "/kubelet/staging"
//
// Behind the name of the call stands its request in protobuf text. $v0 to $v9
// are the ids of the volumes made so far, $s0 to $s9 those of snapshots; only
// a string that is nothing else is replaced.

#ifndef HOLDFAST_TESTS_FUZZ_SCRIPT_H_
#define HOLDFAST_TESTS_FUZZ_SCRIPT_H_

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/input/rpcs.h"

namespace holdfast::fuzz {

inline constexpr size_t kMaxSteps = 12;

struct Step {
  const input::Rpc* rpc = nullptr;
  std::shared_ptr<google::protobuf::Message> request;
};
using Script = std::vector<Step>;

// Lines that are no call are left out, and so are those beyond kMaxSteps.
Script ParseScript(absl::string_view text);
std::string ToText(const Script& script);

// A copy of the script with one thing changed, by the number `seed`. `bytes`
// changes a string as libFuzzer does.
Script Mutate(const Script& script, unsigned seed,
              const std::function<std::string(const std::string&)>& bytes);

// Puts what `replace` answers in the place of every string, however deep.
void ReplaceStrings(
    google::protobuf::Message& message,
    const std::function<std::string(const std::string& field,
                                    const std::string& value)>& replace);

}  // namespace holdfast::fuzz

#endif  // HOLDFAST_TESTS_FUZZ_SCRIPT_H_
