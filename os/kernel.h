// All of os/* in one hand, for wiring: constructors below take only the
// interfaces they use.

#ifndef HOLDFAST_OS_KERNEL_H_
#define HOLDFAST_OS_KERNEL_H_

#include <memory>

#include "base/metrics.h"
#include "os/command.h"
#include "os/data_files.h"
#include "os/file_systems.h"
#include "os/files.h"
#include "os/loop.h"
#include "os/mounts.h"

namespace holdfast::os {

struct Kernel {
  std::unique_ptr<Files> files;
  std::unique_ptr<DataFiles> data_files;
  std::unique_ptr<LoopDevices> loops;
  std::unique_ptr<Mounts> mounts;
  std::unique_ptr<FileSystems> file_systems;
  std::unique_ptr<Commands> commands;
};

// The real thing. Every call is timed into metrics.os_calls() and
// metrics.commands(). `metrics` must outlive it.
Kernel LinuxKernel(Metrics& metrics);

// Blocks SIGIO in the calling thread, so that a lease that somebody's open
// breaks does not kill the process. Call in main before any thread starts.
void BlockLeaseSignal();

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_KERNEL_H_
