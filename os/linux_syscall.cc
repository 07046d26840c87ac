#include "os/linux_syscall.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace holdfast::os {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

absl::StatusOr<Directory> Stream(UniqueFd fd, const std::string& path) {
  DIR* stream = nullptr;
  const CallResult opened = TakeErrno([&] {
    stream = fdopendir(fd.get());
    return stream == nullptr ? -1 : 0;
  });
  if (!opened.ok()) return ErrnoError("fdopendir", path, opened.error);
  fd.Release();  // closedir closes it
  return Directory(stream);
}

// The next name; empty at the end. readdir(3) tells its end from a failure by
// errno alone.
absl::StatusOr<std::string> NextName(DIR* directory, const std::string& path) {
  errno = 0;
  const dirent* entry = readdir(directory);
  const int error = entry == nullptr ? errno : 0;
  if (error != 0) return ErrnoError("readdir", path, error);
  return std::string(entry == nullptr ? "" : entry->d_name);
}

}  // namespace

std::string ErrnoName(int error) {
  if (error == 0) return "ok";
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : absl::StrCat("E", error);
}

std::string FdName(int fd) {
  char target[PATH_MAX];
  const std::string link = absl::StrCat("/proc/self/fd/", fd);
  const ssize_t length = readlink(link.c_str(), target, sizeof(target));
  if (length <= 0) return absl::StrCat("fd ", fd);
  return std::string(target, static_cast<size_t>(length));
}

void SystemCalls::Observe(const char* call, int error,
                          std::chrono::steady_clock::duration time) const {
  times_.Observe({{"call", call}, {"error", ErrnoName(error)}},
                 absl::FromChrono(time));
}

absl::StatusOr<UniqueFd> OpenPath(const SystemCalls& calls,
                                  const std::string& path, int flags) {
  return calls.Open("open", path,
                    [&] { return open(path.c_str(), flags | O_CLOEXEC); });
}

absl::StatusOr<std::string> ReadToEnd(const SystemCalls& calls,
                                      const std::string& path) {
  ASSIGN_OR_RETURN(const UniqueFd fd,
                   OpenPath(calls, path, O_RDONLY | O_NOFOLLOW));
  std::string text;
  while (true) {
    char buffer[16 * 1024];
    const CallResult got = calls.Call(
        "read", [&] { return read(fd.get(), buffer, sizeof(buffer)); });
    if (!got.ok()) return ErrnoError("read", path, got.error);
    if (got.value == 0) return text;
    text.append(buffer, static_cast<size_t>(got.value));
  }
}

absl::StatusOr<std::vector<std::string>> ListDirectory(
    const SystemCalls& calls, const std::string& path) {
  ASSIGN_OR_RETURN(UniqueFd fd,
                   OpenPath(calls, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  ASSIGN_OR_RETURN(const Directory stream, Stream(std::move(fd), path));
  std::vector<std::string> names;
  while (true) {
    ASSIGN_OR_RETURN(std::string name, NextName(stream.get(), path));
    if (name.empty()) break;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace holdfast::os
