// A piece of the real machine for the doctor: what is made here, and only
// that, is taken away again.

#ifndef HOLDFAST_TESTS_ROOT_DOCTOR_MACHINE_H_
#define HOLDFAST_TESTS_ROOT_DOCTOR_MACHINE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/metrics.h"
#include "cli/doctor/examination.h"
#include "os/kernel.h"
#include "tests/cli/doctor/fakes.h"
#include "tests/root/fixture/scratch.h"

namespace holdfast::root {

// Other tests use loop devices at the same time. So findings are held against
// the names of devices made here, and only fixes of such findings are applied.
class DoctorOnMachine : public testing::Test {
 protected:
  DoctorOnMachine();
  ~DoctorOnMachine() override;

  cli::doctor::World world();
  // Of this check, what it found about the device, or about `text`.
  std::vector<cli::doctor::Finding> About(const std::string& check,
                                          const std::string& text);

  // An id that only this test has, and the path of its data file.
  const std::string& id() const { return id_; }
  std::string data_file() const { return scratch_.Sub(id_); }
  // Makes the data file with an ext4 and attaches it under the id.
  int AttachVolume();
  // Attaches what is at `path`. Detached at the end if it still has this name.
  int Attach(const std::string& path, const std::string& name);
  bool IsAttached(int number);
  // Mounts the ext4 of a device; the path of the directory in the scratch.
  std::string MountAt(int number, const std::string& directory);

  Scratch scratch_;
  Metrics metrics_;
  os::Kernel kernel_ = os::LinuxKernel(metrics_);
  cli::doctor::FakeAdmin admin_;
  cli::doctor::RealSockets sockets_;
  cli::doctor::Inventory inventory_{admin_};
  cli::doctor::Settings settings_;

 private:
  std::string id_;
  std::vector<std::string> names_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_DOCTOR_MACHINE_H_
