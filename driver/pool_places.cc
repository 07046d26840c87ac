#include "driver/pool_places.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace holdfast::driver {
namespace {

constexpr size_t kMaxNameBytes = 63;

bool IsPoolName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// "a/" and "a" are one place.
std::string WithoutTrailingSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

PoolPlace ReadPlace(const std::string& word) {
  const size_t equals = word.find('=');
  if (absl::StartsWith(word, "/") || equals == std::string::npos) {
    return {.name = kDefaultPool, .path = WithoutTrailingSlash(word)};
  }
  return {.name = word.substr(0, equals),
          .path = WithoutTrailingSlash(word.substr(equals + 1))};
}

void CheckPlace(const PoolPlace& place, Checks& checks) {
  checks.Require(absl::StartsWith(place.path, "/"), "pool",
                 absl::StrCat("the absolute path of a pool, as [NAME=]PATH, ",
                              "and is ", Quote(place.path)));
  checks.Require(
      IsPoolName(place.name), "pool",
      absl::StrCat("named by a label (1 to 63 of a-z 0-9 -, not beginning ",
                   "with -) and is named ", Quote(place.name)));
}

}  // namespace

std::vector<PoolPlace> ReadPoolPlaces(const std::vector<std::string>& words,
                                      Checks& checks) {
  checks.Require(!words.empty(), "pool",
                 "the absolute path of at least one pool, as [NAME=]PATH");
  std::vector<PoolPlace> places;
  std::set<std::string> names;
  std::set<std::string> paths;
  for (const std::string& word : words) {
    PoolPlace place = ReadPlace(word);
    CheckPlace(place, checks);
    checks.Require(names.insert(place.name).second, "pool",
                   absl::StrCat("given a name of its own each time; ",
                                Quote(place.name), " is given twice"));
    checks.Require(paths.insert(place.path).second, "pool",
                   absl::StrCat("another place each time; ", Quote(place.path),
                                " is given twice"));
    places.push_back(std::move(place));
  }
  return places;
}

}  // namespace holdfast::driver
