#include "tests/root/kill_load/uses.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/load/places.h"

namespace holdfast::root {
namespace {

using Numbers = std::set<unsigned>;

// A second one of the same kind is told by the text.
void Add(Facts& facts, const std::string& name, const std::string& state) {
  std::string& text = facts[name];
  text = text.empty() ? state : absl::StrCat(text, " and ", state);
}

// Answers the numbers of the read-only ones.
Numbers AddLoops(const std::string& pool, Facts& facts) {
  Numbers read_only;
  for (const LoopEntry& loop : LoopsBelow(pool)) {
    // With its name in trash/, or " (deleted)", if it is there.
    const std::string id = std::filesystem::path(loop.file).filename();
    const std::string direct = loop.direct_io ? "" : " without direct I/O";
    Add(facts, (loop.read_only ? "ro loop " : "loop ") + id,
        (loop.read_only ? "ro" : "rw") + direct);
    if (loop.read_only) read_only.insert(static_cast<unsigned>(loop.number));
  }
  return read_only;
}

// "ro" or "rw": of a device node by the device, else by the mount.
std::string WritableText(const MountEntry& mount, const Numbers& read_only) {
  struct stat facts = {};
  if (stat(mount.path.c_str(), &facts) != 0) return "dead";
  if (S_ISBLK(facts.st_mode)) {
    return read_only.contains(minor(facts.st_rdev)) ? "ro" : "rw";
  }
  return absl::StartsWith(mount.options, "ro") ? "ro" : "rw";
}

}  // namespace

Facts UsesFound(const std::string& pool, const std::string& directory) {
  Facts facts;
  const Numbers read_only = AddLoops(pool, facts);
  for (const MountEntry& mount : MountsBelow(AllStaging(directory))) {
    const std::string id = StagedAt(directory, mount.path);
    Add(facts, "staged " + (id.empty() ? mount.path : id), "once");
  }
  for (const MountEntry& mount : MountsBelow(AllTargets(directory))) {
    Add(facts, "published " + mount.path, WritableText(mount, read_only));
  }
  std::error_code ignored;
  for (const auto& volume :
       std::filesystem::directory_iterator(AllTargets(directory), ignored)) {
    for (const auto& target :
         std::filesystem::directory_iterator(volume.path(), ignored)) {
      Add(facts, absl::StrCat("path ", target.path().c_str()), "there");
    }
  }
  return facts;
}

}  // namespace holdfast::root
