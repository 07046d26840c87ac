// What the files of FakeBackend share.

#ifndef HOLDFAST_TESTS_FAKES_FAKE_OBJECTS_H_
#define HOLDFAST_TESTS_FAKES_FAKE_OBJECTS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "backend/types.h"

namespace holdfast::backend {

inline absl::Status NoSuch(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("there is no ", id));
}

// The page of those of `objects`, by id, that `keep` answers true for.
template <typename T, typename Keep>
Page<T> PageOf(const std::map<std::string, T>& objects,
               const PageRequest& request, Keep keep) {
  Page<T> page;
  for (auto it = objects.upper_bound(request.after); it != objects.end();
       ++it) {
    if (!keep(it->second)) continue;
    if (request.max_entries > 0 &&
        page.entries.size() == static_cast<size_t>(request.max_entries)) {
      page.more = true;
      break;
    }
    page.entries.push_back(it->second);
  }
  return page;
}

}  // namespace holdfast::backend

#endif  // HOLDFAST_TESTS_FAKES_FAKE_OBJECTS_H_
