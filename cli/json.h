// Messages as JSON.

#ifndef HOLDFAST_CLI_JSON_H_
#define HOLDFAST_CLI_JSON_H_

#include <google/protobuf/message.h>

#include <ostream>
#include <string>

#include "absl/status/status.h"

namespace holdfast::cli {

// Protobuf's JSON, indented, with the names of the fields as the .proto files
// have them, those with the default value too. 64-bit numbers are strings in
// it: JSON's numbers are not exact.
std::string ToJson(const google::protobuf::Message& message);

// Fills `message`. INVALID_ARGUMENT says what is wrong, for a field that it
// does not have too.
absl::Status FromJson(const std::string& json,
                      google::protobuf::Message& message);

// Writes a JSON array, each element when it is there. Not thread-safe. `out`
// must outlive it.
class JsonArray {
 public:
  explicit JsonArray(std::ostream& out) : out_(out) {}

  void Add(const google::protobuf::Message& message);
  void Finish();

 private:
  std::ostream& out_;
  bool empty_ = true;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_JSON_H_
