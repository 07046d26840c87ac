// A directory that goes with its test.

#ifndef HOLDFAST_TESTS_OS_TEMP_DIR_H_
#define HOLDFAST_TESTS_OS_TEMP_DIR_H_

#include <cstdlib>
#include <filesystem>
#include <string>

namespace holdfast::os {

class TempDir {
 public:
  TempDir() {
    std::string pattern = "/tmp/holdfast-os-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string operator/(const std::string& name) const {
    return path_ + "/" + name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_TESTS_OS_TEMP_DIR_H_
