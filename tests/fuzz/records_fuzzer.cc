// The records of volumes and snapshots, as a disk may give them back.

#include <google/protobuf/stubs/logging.h>

#include "backend/pool/record.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast::pool {
namespace {

void CheckCode(const absl::Status& status) {
  FUZZ_CHECK_SAYING(status.ok() || absl::IsDataLoss(status) ||
                        absl::IsFailedPrecondition(status) ||
                        // It is rewritten, and too large then.
                        absl::IsInvalidArgument(status),
                    status.ToString());
}

// What can be read can be written, and reads the same again.
void CheckVolume(const std::string& bytes) {
  const auto volume = DecodeVolume(bytes);
  CheckCode(volume.status());
  if (!volume.ok()) return;
  const auto written = EncodeVolume(*volume);
  CheckCode(written.status());
  if (!written.ok()) return;
  const auto again = DecodeVolume(*written);
  FUZZ_CHECK_SAYING(again.ok(), again.status().ToString());
  FUZZ_CHECK(again->spec.name == volume->spec.name);
  FUZZ_CHECK(again->spec.parameters == volume->spec.parameters);
  FUZZ_CHECK(again->spec.capacity == volume->spec.capacity);
  FUZZ_CHECK(again->spec.source == volume->spec.source);
  FUZZ_CHECK(again->publications == volume->publications);
  FUZZ_CHECK(again->format.fs_type == volume->format.fs_type);
}

void CheckSnapshot(const std::string& bytes) {
  const auto stored = DecodeSnapshot(bytes);
  CheckCode(stored.status());
  if (!stored.ok()) return;
  const auto written = EncodeSnapshot(*stored);
  CheckCode(written.status());
  if (!written.ok()) return;
  const auto again = DecodeSnapshot(*written);
  FUZZ_CHECK_SAYING(again.ok(), again.status().ToString());
  FUZZ_CHECK(again->allocated_bytes == stored->allocated_bytes);
  FUZZ_CHECK(again->snapshot.name == stored->snapshot.name);
}

void CheckReplaced(const std::string& bytes) {
  const auto replaced = ReplacePublications(bytes, {{.node_id = "node"}});
  CheckCode(replaced.status());
  if (!replaced.ok()) return;
  const auto volume = DecodeVolume(*replaced);
  CheckCode(volume.status());
  if (!volume.ok()) return;
  FUZZ_CHECK(volume->publications.size() == 1);
}

}  // namespace
}  // namespace holdfast::pool

HOLDFAST_FUZZ_TARGET(bytes) {
  const std::string record(bytes);
  holdfast::pool::CheckVolume(record);
  holdfast::pool::CheckSnapshot(record);
  holdfast::pool::CheckReplaced(record);
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}
