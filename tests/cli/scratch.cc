#include "tests/cli/scratch.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace holdfast::cli {

Scratch::Scratch() {
  const char* parent = getenv("TMPDIR");
  path_ = std::string(parent == nullptr ? "/tmp" : parent) + "/cli.XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) abort();
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

}  // namespace holdfast::cli
