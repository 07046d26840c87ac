// What one volume, its snapshots and its copies may answer, one call after the
// other.

#ifndef HOLDFAST_TESTS_RACES_MODEL_H_
#define HOLDFAST_TESTS_RACES_MODEL_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace holdfast::races {

inline constexpr int kSnapshots = 2;
inline constexpr int kTargets = 2;
inline constexpr int kCopies = 2;

enum class Verb {
  kCreate,          // of `bytes`
  kDelete,          //
  kExpand,          // to `bytes`
  kGet,             // in a list, or by its id
  kSnapshot,        // cut number `which`
  kDeleteSnapshot,  //
  kGetSnapshot,     // in a list
  kCopy,            // 0: restored from snapshot 0; 1: a clone
  kDeleteCopy,      //
  kGetCopy,         // in a list
  kStage,           //
  kUnstage,         //
  kPublish,         // at target `which`
  kUnpublish,       //
  kLook,            // at the mounts: `bytes` of the outcome are Places
};
std::string Name(Verb verb);

struct Action {
  Verb verb = Verb::kGet;
  int which = 0;
  int64_t bytes = 0;
};

// What a caller was told. A list tells NOT_FOUND of what is not in it.
struct Outcome {
  absl::StatusCode code = absl::StatusCode::kOk;
  int64_t bytes = 0;  // the size answered
  std::string words;  // of an error
};

// Everything there is to know.
struct State {
  struct Volume {
    int64_t asked = 0;
    int64_t bytes = 0;
    friend auto operator<=>(const Volume&, const Volume&) = default;
  };
  std::optional<Volume> volume;
  bool staged = false;
  std::array<bool, kTargets> published = {};
  // Their sizes.
  std::array<std::optional<int64_t>, kSnapshots> snapshots;
  std::array<std::optional<int64_t>, kCopies> copies;
  friend auto operator<=>(const State&, const State&) = default;

  bool IsPublished() const;
  // What is mounted where, as kLook has it.
  int64_t Places() const;
};
std::string ToString(const State& state);

// The state after the call, or nothing if this cannot be the answer to it in
// `state`. Not for ABORTED, which says nothing about the state.
std::optional<State> After(const State& state, const Action& action,
                           const Outcome& outcome);

// True if the call leaves every state that allows it as it is.
bool IsReading(const Action& action, const Outcome& outcome);

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_MODEL_H_
