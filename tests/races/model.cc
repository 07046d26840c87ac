#include "tests/races/model.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace holdfast::races {
namespace {

using Code = absl::StatusCode;
using Result = std::optional<State>;

constexpr const char* kNames[] = {
    "create",          "delete",       "expand",  "get",         "snapshot",
    "delete snapshot", "get snapshot", "copy",    "delete copy", "get copy",
    "stage",           "unstage",      "publish", "unpublish",   "look"};

Result If(bool allowed, const State& state) {
  return allowed ? Result(state) : std::nullopt;
}

Result Create(State state, const Action& action, const Outcome& outcome) {
  if (!state.volume) {
    state.volume = {.asked = action.bytes, .bytes = action.bytes};
    return If(outcome.code == Code::kOk && outcome.bytes == action.bytes,
              state);
  }
  // Asked for is a size or more, without a limit.
  const bool fits = state.volume->asked == action.bytes ||
                    state.volume->bytes >= action.bytes;
  if (!fits) return If(outcome.code == Code::kAlreadyExists, state);
  return If(outcome.code == Code::kOk && outcome.bytes == state.volume->bytes,
            state);
}

// A stage that was forgotten is ended by a delete; publications are not.
Result Delete(State state, const Outcome& outcome) {
  if (state.IsPublished()) {
    return If(outcome.code == Code::kFailedPrecondition, state);
  }
  state.volume.reset();
  state.staged = false;
  return If(outcome.code == Code::kOk, state);
}

Result Expand(State state, const Action& action, const Outcome& outcome) {
  if (!state.volume) return If(outcome.code == Code::kNotFound, state);
  state.volume->bytes = std::max(state.volume->bytes, action.bytes);
  return If(outcome.code == Code::kOk && outcome.bytes == state.volume->bytes,
            state);
}

Result Get(const State& state, std::optional<int64_t> bytes,
           const Outcome& outcome) {
  if (!bytes) return If(outcome.code == Code::kNotFound, state);
  return If(outcome.code == Code::kOk && outcome.bytes == *bytes, state);
}

std::optional<int64_t> VolumeBytes(const State& state) {
  if (!state.volume) return std::nullopt;
  return state.volume->bytes;
}

// What there is already is the answer, also when its source is gone.
Result Snapshot(State state, const Action& action, const Outcome& outcome) {
  auto& snapshot = state.snapshots[static_cast<size_t>(action.which)];
  if (!snapshot) snapshot = VolumeBytes(state);
  const auto bytes = snapshot;
  return Get(state, bytes, outcome);
}

Result MakeCopy(State state, const Action& action, const Outcome& outcome) {
  auto& copy = state.copies[static_cast<size_t>(action.which)];
  if (!copy) copy = action.which == 0 ? state.snapshots[0] : VolumeBytes(state);
  const auto bytes = copy;
  return Get(state, bytes, outcome);
}

Result Stage(State state, const Outcome& outcome) {
  if (!state.volume) return If(outcome.code == Code::kNotFound, state);
  state.staged = true;
  return If(outcome.code == Code::kOk, state);
}

Result Publish(State state, const Action& action, const Outcome& outcome) {
  if (!state.volume) return If(outcome.code == Code::kNotFound, state);
  bool& published = state.published[static_cast<size_t>(action.which)];
  if (!published && !state.staged) {
    return If(outcome.code == Code::kFailedPrecondition, state);
  }
  published = true;
  return If(outcome.code == Code::kOk, state);
}

// Of calls that answer OK to every repetition.
Result Done(const State& after, const Outcome& outcome) {
  return If(outcome.code == Code::kOk, after);
}

Result Change(State state, const Action& action, const Outcome& outcome) {
  const auto which = static_cast<size_t>(action.which);
  switch (action.verb) {
    case Verb::kDeleteSnapshot:
      state.snapshots[which].reset();
      return Done(state, outcome);
    case Verb::kDeleteCopy:
      state.copies[which].reset();
      return Done(state, outcome);
    case Verb::kUnstage:
      state.staged = false;
      return Done(state, outcome);
    case Verb::kUnpublish:
      state.published[which] = false;
      return Done(state, outcome);
    case Verb::kCreate:
      return Create(state, action, outcome);
    case Verb::kDelete:
      return Delete(state, outcome);
    case Verb::kExpand:
      return Expand(state, action, outcome);
    case Verb::kSnapshot:
      return Snapshot(state, action, outcome);
    case Verb::kCopy:
      return MakeCopy(state, action, outcome);
    case Verb::kStage:
      return Stage(state, outcome);
    case Verb::kPublish:
      return Publish(state, action, outcome);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string Name(Verb verb) { return kNames[static_cast<size_t>(verb)]; }

bool State::IsPublished() const {
  return std::find(published.begin(), published.end(), true) != published.end();
}

int64_t State::Places() const {
  int64_t places = staged ? 1 : 0;
  for (size_t i = 0; i < published.size(); ++i) {
    if (published[i]) places |= int64_t{2} << i;
  }
  return places;
}

std::string ToString(const State& state) {
  std::string text =
      state.volume ? absl::StrCat("volume of ", state.volume->bytes,
                                  ", asked for with ", state.volume->asked)
                   : "no volume";
  absl::StrAppend(&text, ", places ", state.Places());
  for (size_t i = 0; i < kSnapshots; ++i) {
    if (state.snapshots[i]) {
      absl::StrAppend(&text, ", snapshot ", i, " of ", *state.snapshots[i]);
    }
  }
  for (size_t i = 0; i < kCopies; ++i) {
    if (state.copies[i]) {
      absl::StrAppend(&text, ", copy ", i, " of ", *state.copies[i]);
    }
  }
  return text;
}

std::optional<State> After(const State& state, const Action& action,
                           const Outcome& outcome) {
  const auto which = static_cast<size_t>(action.which);
  switch (action.verb) {
    case Verb::kGet:
      return Get(state, VolumeBytes(state), outcome);
    case Verb::kGetSnapshot:
      return Get(state, state.snapshots[which], outcome);
    case Verb::kGetCopy:
      return Get(state, state.copies[which], outcome);
    case Verb::kLook:
      return If(outcome.code == Code::kOk && outcome.bytes == state.Places(),
                state);
    default:
      return Change(state, action, outcome);
  }
}

bool IsReading(const Action& action, const Outcome& outcome) {
  return outcome.code != Code::kOk || action.verb == Verb::kGet ||
         action.verb == Verb::kGetSnapshot || action.verb == Verb::kGetCopy ||
         action.verb == Verb::kLook;
}

}  // namespace holdfast::races
