// A healthy machine for the doctor, to be made ill by tests.

#ifndef HOLDFAST_TESTS_CLI_DOCTOR_FIXTURE_H_
#define HOLDFAST_TESTS_CLI_DOCTOR_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/doctor/examination.h"
#include "tests/cli/doctor/fakes.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::cli::doctor {

// One pool, "main", that answers; both daemons ready; a kubelet; every tool,
// capability and file system.
class DoctorTest : public testing::Test {
 protected:
  DoctorTest();
  // What must never happen did not.
  ~DoctorTest() override;

  World world();
  // What one check, by its name, found worse than kOk.
  Findings Complaints(const std::string& check);
  // All checks, or those named.
  Report Run(Mode mode = Mode::kLook, std::vector<std::string> names = {});

  // A small file with this text, its directories with it.
  void Write(const std::string& path, const std::string& text);
  bool Exists(const std::string& path);
  void SetCapabilities(const std::string& hex);
  void RemoveProgram(const std::string& name);

  // The id of a volume of the pool by its name. Not made by that.
  std::string IdOf(const std::string& name) const;
  std::string DataFile(const std::string& name) const;
  // Makes a volume with an ext4, known to the pool, and attaches it; the
  // number of its loop device.
  int AttachVolume(const std::string& name);
  // Binds a loop device to what is at `path`; sysfs says so.
  int AttachLoop(const std::string& path, const std::string& name);
  // Removes the data file; sysfs says that it is deleted.
  void DeleteFile(const std::string& name, int loop);
  // Of the loop device, as sysfs has it.
  void SetBacking(int loop, const std::string& text);
  // Mounts the file system on the device, or binds its node.
  void MountAt(int loop, const std::string& directory);
  void BindAt(int loop, const std::string& file);
  // Makes directory of a pod that lives.
  void MakePod(const std::string& uid);

  // The pool's volumes as its daemon lists them.
  std::vector<std::string>& volumes() { return *admin_.volumes; }
  PoolFacts& pool() { return admin_.pools->front(); }

  fakes::FakeKernel kernel_;
  FakeAdmin admin_;
  FakeSockets sockets_;
  Settings settings_;

 private:
  std::unique_ptr<Inventory> inventory_;
};

inline constexpr char kNodeEndpoint[] = "unix:///run/holdfast/node/csi.sock";
inline constexpr char kNodeSocket[] = "/run/holdfast/node/csi.sock";
inline constexpr char kControllerSocket[] = "/run/holdfast/controller/csi.sock";
inline constexpr char kStagingPath[] =
    "/var/lib/kubelet/plugins/kubernetes.io/csi/csi.holdfast.dev/0a1b/"
    "globalmount";

// gmock: a Finding of this severity whose text holds `text`.
MATCHER_P2(Says, severity, text, "") {
  *result_listener << SeverityName(arg.severity) << ": " << arg.what;
  return arg.severity == severity && arg.what.find(text) != std::string::npos &&
         !arg.why.empty() && !arg.advice.empty();
}

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_TESTS_CLI_DOCTOR_FIXTURE_H_
