#include "tests/root/tracer/peek.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace holdfast::root {

std::string ReadText(pid_t tid, uint64_t address) {
  auto text = ReadMemory<std::array<char, 256>>(tid, address);
  if (text[0] == '\0') {  // the page may end before 256 bytes do
    text = {};
    iovec local = {text.data(), 4096 - (address & 4095)};
    local.iov_len = std::min(local.iov_len, text.size());
    iovec remote = {reinterpret_cast<void*>(address), local.iov_len};
    process_vm_readv(tid, &local, 1, &remote, 1, 0);
  }
  return std::string(text.data(), strnlen(text.data(), text.size()));
}

std::string FileOf(pid_t tid, uint64_t fd) {
  const std::string link =
      absl::StrCat("/proc/", tid, "/fd/", static_cast<int>(fd));
  char target[256] = {};
  const ssize_t size = readlink(link.c_str(), target, sizeof target - 1);
  return size < 0 ? absl::StrCat("fd ", static_cast<int>(fd)) : target;
}

}  // namespace holdfast::root
