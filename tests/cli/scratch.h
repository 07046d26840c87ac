// A directory of a test's own.

#ifndef HOLDFAST_TESTS_CLI_SCRATCH_H_
#define HOLDFAST_TESTS_CLI_SCRATCH_H_

#include <string>

namespace holdfast::cli {

// Made below TMPDIR, removed with all that is in it.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  const std::string& path() const { return path_; }
  std::string At(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

void WriteTextFile(const std::string& path, const std::string& text);

}  // namespace holdfast::cli

#endif  // HOLDFAST_TESTS_CLI_SCRATCH_H_
