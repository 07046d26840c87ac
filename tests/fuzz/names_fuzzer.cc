// Names of volumes and snapshots, held to another's judgement of UTF-8.

#include <google/protobuf/stubs/common.h>

#include "controller/names.h"
#include "tests/fuzz/fuzz.h"

namespace google::protobuf::internal {
// Protobuf's own, which it has no header for.
bool IsStructurallyValidUTF8(const char* buffer, int length);
}  // namespace google::protobuf::internal

namespace holdfast {
namespace {

// CSI's list, by bytes: all of it is ASCII, or U+0080 to U+009F.
bool HasForbidden(absl::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    const bool control =
        byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    const bool is_c1 = byte == 0xc2 && i + 1 < name.size() &&
                       static_cast<unsigned char>(name[i + 1]) < 0xa0;
    if (control || byte == 0x7f || is_c1) return true;
  }
  return false;
}

}  // namespace
}  // namespace holdfast

HOLDFAST_FUZZ_TARGET(bytes) {
  const bool is_utf8 = google::protobuf::internal::IsStructurallyValidUTF8(
      bytes.data(), static_cast<int>(bytes.size()));
  const bool legal =
      !bytes.empty() && is_utf8 && !holdfast::HasForbidden(bytes);
  FUZZ_CHECK(holdfast::controller::CheckName(bytes).ok() == legal);
}
