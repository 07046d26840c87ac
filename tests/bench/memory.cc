#include "tests/bench/memory.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/bench/json.h"

namespace holdfast::bench {
namespace {

constexpr uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD, proc(5)

// "VmRSS:    123 kB" of such a file, in bytes.
int64_t Entry(const std::string& file, absl::string_view key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (absl::StartsWith(line, absl::StrCat(key, ":"))) {
      return std::stoll(line.substr(key.size() + 1)) * 1024;
    }
  }
  return 0;
}

int64_t FromMemInfo(absl::string_view key) {
  return Entry("/proc/meminfo", key);
}

bool IsKernelThread(const std::filesystem::path& process) {
  std::ifstream stream(process / "stat");
  std::string text;
  std::getline(stream, text);
  // After the name, which may hold anything: state, five numbers, flags.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return false;
  size_t at = name_end + 2;
  for (int i = 0; i < 6 && at != std::string::npos; ++i) {
    at = text.find(' ', at + 1);
  }
  return at != std::string::npos &&
         (std::stoull(text.substr(at)) & kKernelThread) != 0;
}

int64_t CountKernelThreads() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc", error);
  return std::count_if(begin(all), end(all), [](const auto& entry) {
    const std::string name = entry.path().filename();
    return std::isdigit(static_cast<unsigned char>(name[0])) != 0 &&
           IsKernelThread(entry.path());
  });
}

}  // namespace

ProcessMemory MemoryOf(pid_t pid) {
  const std::string status = absl::StrCat("/proc/", pid, "/status");
  return {.resident_bytes = Entry(status, "VmRSS"),
          .anonymous_bytes = Entry(status, "RssAnon")};
}

std::string Json(const ProcessMemory& memory) {
  return JsonObject()
      .Integer("resident_bytes", memory.resident_bytes)
      .Integer("anonymous_bytes", memory.anonymous_bytes)
      .ToString();
}

KernelMemory MemoryOfKernel() {
  return {.slab_bytes = FromMemInfo("Slab"),
          .per_cpu_bytes = FromMemInfo("Percpu"),
          .stack_bytes = FromMemInfo("KernelStack"),
          .threads = CountKernelThreads()};
}

KernelMemory operator-(const KernelMemory& a, const KernelMemory& b) {
  return {.slab_bytes = a.slab_bytes - b.slab_bytes,
          .per_cpu_bytes = a.per_cpu_bytes - b.per_cpu_bytes,
          .stack_bytes = a.stack_bytes - b.stack_bytes,
          .threads = a.threads - b.threads};
}

std::string Json(const KernelMemory& memory) {
  return JsonObject()
      .Integer("slab_bytes", memory.slab_bytes)
      .Integer("per_cpu_bytes", memory.per_cpu_bytes)
      .Integer("stack_bytes", memory.stack_bytes)
      .Integer("threads", memory.threads)
      .ToString();
}

int64_t AvailableBytes() { return FromMemInfo("MemAvailable"); }

}  // namespace holdfast::bench
