#include "cli/tree.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ids.h"
#include "base/status.h"
#include "base/unique_fd.h"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kChunk = size_t{256} * 1024;
constexpr int kFilesPerDirectory = 20;

absl::Status Error(const char* call, const fs::path& path,
                   const std::error_code& error) {
  return ErrnoError(call, path.string(), error.value());
}

absl::StatusOr<UniqueFd> Open(const fs::path& path, int flags) {
  UniqueFd fd(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!fd.valid()) return ErrnoError("open", path.string(), errno);
  return fd;
}

// Hashes what it is fed.
class Hasher {
 public:
  Hasher() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void Feed(absl::string_view data) {
    EVP_DigestUpdate(context_.get(), data.data(), data.size());
  }
  std::string Finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    return absl::BytesToHexString(
        absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

absl::StatusOr<std::string> HashFile(const fs::path& path) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_RDONLY));
  Hasher hasher;
  std::string chunk(kChunk, '\0');
  while (true) {
    const ssize_t got = read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoError("read", path.string(), errno);
    if (got == 0) return hasher.Finish();
    hasher.Feed(absl::string_view(chunk.data(), static_cast<size_t>(got)));
  }
}

absl::Status WriteFile(const fs::path& path, absl::string_view data) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_WRONLY | O_CREAT | O_EXCL));
  while (!data.empty()) {
    const ssize_t put = write(fd.get(), data.data(), data.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return ErrnoError("write", path.string(), errno);
    data.remove_prefix(static_cast<size_t>(put));
  }
  return absl::OkStatus();
}

// `total` split into `parts` uneven sizes.
std::vector<int64_t> Split(int64_t total, int parts, std::mt19937_64& random) {
  std::vector<int64_t> cuts(parts - 1);
  for (int64_t& cut : cuts) cut = static_cast<int64_t>(random() % total);
  cuts.push_back(total);
  std::sort(cuts.begin(), cuts.end());
  for (size_t i = cuts.size() - 1; i > 0; --i) cuts[i] -= cuts[i - 1];
  return cuts;
}

std::string RandomBytes(int64_t size, std::mt19937_64& random) {
  std::string bytes(static_cast<size_t>(size), '\0');
  for (size_t i = 0; i < bytes.size(); i += sizeof(uint64_t)) {
    const uint64_t word = random();
    bytes.replace(i, std::min(sizeof(word), bytes.size() - i),
                  reinterpret_cast<const char*>(&word),
                  std::min(sizeof(word), bytes.size() - i));
  }
  return bytes;
}

// What stands in a manifest for `entry`; counts it if it is a file.
absl::StatusOr<std::string> Describe(const fs::directory_entry& entry,
                                     Manifest& manifest) {
  std::error_code error;
  const fs::file_status status = entry.symlink_status(error);
  if (error) return Error("stat", entry.path(), error);
  if (fs::is_directory(status)) return std::string("directory");
  if (fs::is_symlink(status)) {
    const fs::path target = fs::read_symlink(entry.path(), error);
    if (error) return Error("readlink", entry.path(), error);
    return absl::StrCat("link to ", target.string());
  }
  if (!fs::is_regular_file(status)) return std::string("special");
  manifest.files += 1;
  manifest.bytes += static_cast<int64_t>(entry.file_size(error));
  return HashFile(entry.path());
}

}  // namespace

absl::StatusOr<Manifest> WriteTree(const std::string& directory,
                                   const TreeShape& shape) {
  std::mt19937_64 random(std::random_device{}());
  Manifest manifest;
  const std::vector<int64_t> sizes = Split(shape.bytes, shape.files, random);
  for (int i = 0; i < shape.files; ++i) {
    const std::string parent = absl::StrFormat("d%02d", i / kFilesPerDirectory);
    if (i % kFilesPerDirectory == 0) {
      std::error_code error;
      fs::create_directory(fs::path(directory) / parent, error);
      if (error) return Error("mkdir", fs::path(directory) / parent, error);
      manifest.entries[parent] = "directory";
    }
    const std::string name = absl::StrFormat("%s/f%04d", parent, i);
    const std::string data = RandomBytes(sizes[i], random);
    RETURN_IF_ERROR(WriteFile(fs::path(directory) / name, data));
    manifest.entries[name] = Sha256Hex(data);
  }
  manifest.files = shape.files;
  manifest.bytes = shape.bytes;
  return manifest;
}

absl::StatusOr<Manifest> CopyTree(const std::string& from,
                                  const std::string& to) {
  std::error_code error;
  fs::copy(from, to,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks,
           error);
  if (error) return Annotate(Error("copy", from, error), "to " + to);
  return ReadTree(from);
}

absl::StatusOr<Manifest> ReadTree(const std::string& directory) {
  Manifest manifest;
  std::error_code error;
  fs::recursive_directory_iterator walk(directory, error);
  for (; !error && walk != fs::recursive_directory_iterator();
       walk.increment(error)) {
    const std::string name =
        walk->path().lexically_relative(directory).string();
    if (name == "lost+found") {
      walk.disable_recursion_pending();
      continue;
    }
    ASSIGN_OR_RETURN(manifest.entries[name], Describe(*walk, manifest));
  }
  if (error) return Error("readdir", directory, error);
  return manifest;
}

absl::Status VerifyTree(const std::string& directory,
                        const Manifest& expected) {
  ASSIGN_OR_RETURN(const Manifest actual, ReadTree(directory));
  for (const auto& [name, contents] : expected.entries) {
    const auto found = actual.entries.find(name);
    if (found == actual.entries.end()) {
      return absl::DataLossError(
          absl::StrCat(directory, "/", name, " is missing"));
    }
    if (found->second != contents) {
      return absl::DataLossError(absl::StrCat(directory, "/", name,
                                              " changed: expected ", contents,
                                              ", found ", found->second));
    }
  }
  if (actual.entries.size() == expected.entries.size()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat(directory, " holds ", actual.entries.size(),
                   " entries, expected ", expected.entries.size()));
}

absl::StatusOr<int64_t> FileSystemBytes(const std::string& path) {
  std::error_code error;
  const fs::space_info space = fs::space(path, error);
  if (error) return Error("statvfs", path, error);
  return static_cast<int64_t>(space.capacity);
}

}  // namespace holdfast::cli
