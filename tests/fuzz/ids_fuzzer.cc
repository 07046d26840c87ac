// Ids of volumes and snapshots, and tokens of listings, as a caller sends them.

#include "base/ids.h"

#include "controller/list_token.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast {
namespace {

void CheckId(const std::string& id) {
  const auto parsed = ParseId(id);
  FUZZ_CHECK(controller::CheckToken(id, IdKind::kVolume).ok() ==
             (id.empty() || (parsed && parsed->kind == IdKind::kVolume)));
  FUZZ_CHECK(controller::CheckToken(id, IdKind::kSnapshot).ok() ==
             (id.empty() || (parsed && parsed->kind == IdKind::kSnapshot)));
  if (!parsed) return;
  // It becomes a file name: nothing in it may lead out of a directory.
  FUZZ_CHECK(id.size() == 59);
  FUZZ_CHECK(id.find_first_not_of("0123456789abcdefpsv-") == id.npos);
  FUZZ_CHECK(id.compare(1, parsed->home.size(), parsed->home) == 0);
}

// What is made from any name reads back as what it was made of.
void CheckName(const std::string& name) {
  for (const IdKind kind : {IdKind::kVolume, IdKind::kSnapshot}) {
    const std::string home = HomeOf(name);
    const auto parsed = ParseId(MakeId('p', home, kind, name));
    FUZZ_CHECK(parsed && parsed->home == home && parsed->kind == kind);
  }
}

}  // namespace
}  // namespace holdfast

HOLDFAST_FUZZ_TARGET(bytes) {
  const std::string text(bytes);
  holdfast::CheckId(text);
  holdfast::CheckName(text);
}
