// A CSI server that does nothing but remember what it was asked.

#ifndef HOLDFAST_TESTS_CLI_FAKE_CSI_H_
#define HOLDFAST_TESTS_CLI_FAKE_CSI_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "tests/cli/fake_admin.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {

// Serves Identity, Controller, Node and Admin on one socket. Volumes get the id
// "id-of-<name>". Thread-safe.
class FakeCsi {
 public:
  FakeCsi();
  ~FakeCsi();

  std::string endpoint() const { return "unix://" + scratch_.At("csi.sock"); }
  // A directory for the test's own use.
  std::string directory() const { return scratch_.path(); }

  // From now on this method answers `status`; OK makes it work again.
  void Answer(const std::string& method, absl::Status status);

  // The Admin service beside them.
  FakeAdmin& admin() { return admin_; }

  // Each call as "Method" and its request in short text form.
  std::vector<std::string> calls() const;

 private:
  struct Services;
  friend struct Services;

  // Notes the call and answers what it shall answer.
  absl::Status Note(const std::string& method, const std::string& request);

  Scratch scratch_;
  mutable absl::Mutex mutex_;
  std::vector<std::string> calls_;
  std::map<std::string, absl::Status> answers_;
  FakeAdmin admin_;
  std::unique_ptr<Services> services_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_TESTS_CLI_FAKE_CSI_H_
