#include "tests/bench/report.h"

#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/json.h"

namespace holdfast::bench {
namespace {

// As Scratch chooses it.
std::string ScratchParent() {
  const char* const directory = std::getenv("TMPDIR");
  return directory != nullptr && *directory != '\0' ? directory : "/tmp";
}

std::string FileSystemOf(const std::string& path) {
  struct statfs facts = {};
  statfs(path.c_str(), &facts);
  switch (facts.f_type) {
    case TMPFS_MAGIC:
      return "tmpfs";
    case EXT4_SUPER_MAGIC:
      return "ext4";
    case XFS_SUPER_MAGIC:
      return "xfs";
    default:
      return absl::StrCat("file system ", absl::Hex(facts.f_type));
  }
}

}  // namespace

void Report::Add(const std::string& section, const std::string& table,
                 const std::string& json) {
  std::cout << table << std::endl;
  sections_[section].push_back(json);
}

std::string Report::Json() const {
  JsonObject object;
  object.Json("machine", machine_);
  for (const auto& [name, results] : sections_) {
    object.Json(name, JsonArray(results));
  }
  return object.ToString() + "\n";
}

std::string DescribeMachine(const std::string& revision,
                            const std::string& preset) {
  utsname names = {};
  uname(&names);
  return JsonObject()
      .Text("date", absl::FormatTime("%Y-%m-%d %H:%M", absl::Now(),
                                     absl::UTCTimeZone()))
      .Text("kernel", names.release)
      .Integer("cpus", sysconf(_SC_NPROCESSORS_ONLN))
      .Integer("memory_bytes", sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE))
      .Text("pool_on", FileSystemOf(ScratchParent()))
      .Text("revision", revision)
      .Text("preset", preset)
      .ToString();
}

}  // namespace holdfast::bench
