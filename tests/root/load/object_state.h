// What there is to see of a volume or snapshot.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_OBJECT_STATE_H_
#define HOLDFAST_TESTS_ROOT_LOAD_OBJECT_STATE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "tests/root/fixture/csi.h"

namespace holdfast::root {

struct ObjectState {
  int64_t bytes = 0;
  std::string source;
  Access access = Access::kMount;
  std::string nodes;    // with a recorded publication, "a,b"
  std::string data;     // the name of what is known to be on it; often nothing
  std::string fs_type;  // where it is looked at; empty for block
  friend bool operator==(const ObjectState&, const ObjectState&) = default;
};

// A name for each thing there is, and in words how it is. What is not there
// has no entry, or an empty text.
using Facts = std::map<std::string, std::string>;

// Nothing: the object does not exist.
using MaybeState = std::optional<ObjectState>;

// In words that can be compared: what there is under an id, and how many
// deletions of that id are in the trash (where that is looked at). Empty if
// there is neither.
std::string Text(const MaybeState& state, int in_trash = 0);

// The same for each of several objects, none of them in the trash.
Facts TextOfEach(const std::map<std::string, ObjectState>& objects);

// Of the data file of a volume or snapshot, read past the daemons: all of it
// but `data`, and the source as far as the record has it. The path ends in
// …/volumes/<id> or …/snapshots/<id>.
absl::StatusOr<ObjectState> ReadObject(const std::string& file);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_OBJECT_STATE_H_
