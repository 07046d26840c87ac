// What a stopped tracee has in its memory and descriptors.

#ifndef HOLDFAST_TESTS_ROOT_TRACER_PEEK_H_
#define HOLDFAST_TESTS_ROOT_TRACER_PEEK_H_

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <string>

namespace holdfast::root {

// The value at an address; all zeros if it cannot be read.
template <typename T>
T ReadMemory(pid_t tid, uint64_t address) {
  T value = {};
  iovec local = {&value, sizeof value};
  iovec remote = {reinterpret_cast<void*>(address), sizeof value};
  if (process_vm_readv(tid, &local, 1, &remote, 1, 0) < 0) return {};
  return value;
}

// The text that begins at an address: up to its end or 256 bytes.
std::string ReadText(pid_t tid, uint64_t address);

// What a descriptor is open on, as /proc says: a path, "socket:[7]"; "fd 3" if
// it is not open.
std::string FileOf(pid_t tid, uint64_t fd);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_TRACER_PEEK_H_
