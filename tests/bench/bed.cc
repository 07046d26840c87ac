#include "tests/bench/bed.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/bench/run.h"

namespace holdfast::bench {

absl::Status Bed::Start(int64_t promised_bytes) {
  // More than is promised, for what a pool keeps back.
  RETURN_IF_ERROR(world_.StartWith(
      {.bytes = promised_bytes * 5 / 4 + 8 * root::kGiB},
      {.trash = root::TrashPolicy::kKept, .log_verbosity = 0}));
  return Annotate(Live(*NewDriver(root::Access::kMount, 1), 0),
                  "the first volume");
}

std::vector<pid_t> Bed::daemons() {
  return {world_.daemons().node_pid(), world_.daemons().controller_pid()};
}

std::unique_ptr<Contender> Bed::NewDriver(root::Access access, int volumes) {
  return NewOther(csi(), access, volumes);
}

std::unique_ptr<Contender> Bed::NewOther(root::Csi& csi, root::Access access,
                                         int volumes) {
  return MakeDriver(
      csi, {.directory = NewPlace(), .access = access, .volumes = volumes});
}

std::unique_ptr<Contender> Bed::NewFloor(root::Access access, int volumes) {
  return MakeFloor(
      {.directory = NewDirectory(), .access = access, .volumes = volumes},
      TemplateFile());
}

std::string Bed::NewDirectory() {
  return world_.scratch().MakeDirectory(absl::StrCat("x/b", ++made_));
}

// Outside of the XFS, as the kubelet's directories are.
std::string Bed::NewPlace() {
  return world_.scratch().MakeDirectory(absl::StrCat("k", ++made_));
}

std::string Bed::TemplateFile() const {
  return absl::StrCat(world_.pool(), "/templates/",
                      *world_.Names(root::PoolDirectory::kTemplates).begin());
}

}  // namespace holdfast::bench
