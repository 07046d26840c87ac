#include "tests/fakes/interfaces.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "absl/strings/str_cat.h"

namespace holdfast::fakes {
namespace {

const std::filesystem::path& Root() {
  static const auto* const root =
      new std::filesystem::path(HOLDFAST_SOURCE_DIR);
  return *root;
}

std::string Read(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// Calls `found` with each match of `pattern` in `text`.
template <typename Found>
void ForEach(const std::string& text, const std::string& pattern, Found found) {
  const std::regex regex(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end;
       ++it) {
    found(*it);
  }
}

}  // namespace

std::set<std::string> MethodsOf(const std::string& header,
                                const std::string& of) {
  std::set<std::string> methods;
  std::string within;
  // A class, or a method up to its end; comments hold no "virtual" before (.
  ForEach(Read(Root() / header),
          "\nclass (\\w+) [^;]*?\\{|\n  virtual [^;(]*?(\\w+)\\(([^;]*)= 0;",
          [&](const std::smatch& match) {
            if (match[1].matched) {
              within = match[1];
              return;
            }
            const bool is_const =
                std::regex_search(match[3].str(), std::regex("\\)\\s*const"));
            if (of == "const" && !is_const) return;
            methods.insert(absl::StrCat(within, ".", match[2].str()));
          });
  EXPECT_TRUE(!methods.empty() || !of.empty()) << header;
  return methods;
}

std::set<std::string> MethodsOfKernel() {
  std::set<std::string> methods;
  ForEach(Read(Root() / "os/kernel.h"), "#include \"(os/[^\"]+)\"",
          [&](const std::smatch& include) {
            methods.merge(MethodsOf(include[1]));
          });
  return methods;
}

std::set<std::string> FakedCalls() {
  std::set<std::string> names;
  for (const auto& file :
       std::filesystem::directory_iterator(Root() / "tests/fakes")) {
    if (file.path().extension() != ".cc") continue;
    ForEach(Read(file.path()), "FAKE_CALL\\(\\s*\"([^\"]+)\"",
            [&](const std::smatch& call) { names.insert(call[1].str()); });
  }
  return names;
}

std::set<std::string> FoundIn(const std::string& path,
                              const std::string& pattern) {
  std::set<std::string> found;
  ForEach(Read(Root() / path), pattern,
          [&](const std::smatch& match) { found.insert(match[1].str()); });
  return found;
}

std::string Missing(const std::set<std::string>& all,
                    const std::set<std::string>& some) {
  std::string missing;
  for (const std::string& name : all) {
    if (some.count(name) == 0) absl::StrAppend(&missing, name, " ");
  }
  return missing;
}

}  // namespace holdfast::fakes
