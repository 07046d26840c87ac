#include "tests/bench/report.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/json.h"

namespace holdfast::bench {

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
      .Text("revision", revision)
      .Text("preset", preset)
      .ToString();
}

}  // namespace holdfast::bench
