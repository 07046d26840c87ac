#include <signal.h>

#include "os/kernel.h"
#include "os/linux_commands.h"
#include "os/linux_data_files.h"
#include "os/linux_file_systems.h"
#include "os/linux_files.h"
#include "os/linux_loop.h"
#include "os/linux_mounts.h"

namespace holdfast::os {

Kernel LinuxKernel(Metrics& metrics) {
  return {
      .files = std::make_unique<LinuxFiles>(metrics),
      .data_files = std::make_unique<LinuxDataFiles>(metrics),
      .loops = std::make_unique<LinuxLoopDevices>(metrics),
      .mounts = std::make_unique<LinuxMounts>(metrics),
      .file_systems = std::make_unique<LinuxFileSystems>(metrics),
      .commands = std::make_unique<LinuxCommands>(metrics),
  };
}

void BlockLeaseSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGIO);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace holdfast::os
