// Memory of processes and of the kernel.

#ifndef HOLDFAST_TESTS_BENCH_MEMORY_H_
#define HOLDFAST_TESTS_BENCH_MEMORY_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace holdfast::bench {

// Of /proc/PID/status; zeros if it is gone.
struct ProcessMemory {
  int64_t resident_bytes = 0;   // VmRSS
  int64_t anonymous_bytes = 0;  // RssAnon: the process's own, never shared
};

ProcessMemory MemoryOf(pid_t pid);
std::string Json(const ProcessMemory& memory);

// Of /proc/meminfo and /proc: the whole machine's, so that only differences
// over a short while mean something.
struct KernelMemory {
  int64_t slab_bytes = 0;
  int64_t per_cpu_bytes = 0;
  int64_t stack_bytes = 0;  // of all threads, of the kernel's own too
  int64_t threads = 0;      // of the kernel's own

  int64_t bytes() const { return slab_bytes + per_cpu_bytes + stack_bytes; }
};

KernelMemory MemoryOfKernel();
KernelMemory operator-(const KernelMemory& a, const KernelMemory& b);
std::string Json(const KernelMemory& memory);

// MemAvailable.
int64_t AvailableBytes();

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_MEMORY_H_
