// What the checks look at.

#ifndef HOLDFAST_CLI_DOCTOR_WORLD_H_
#define HOLDFAST_CLI_DOCTOR_WORLD_H_

#include <string>
#include <vector>

#include "cli/doctor/inventory.h"
#include "cli/doctor/sockets.h"
#include "os/command.h"
#include "os/files.h"
#include "os/loop.h"
#include "os/mounts.h"

namespace holdfast::cli::doctor {

enum class Presence {
  kHere,       // it should run on this machine
  kElsewhere,  // it may run on another
};

struct Daemon {
  std::string name;      // "the node daemon"
  std::string endpoint;  // "unix:///run/x.sock", "tcp://127.0.0.1:9000"
  std::string socket;    // path of the unix socket; empty: TCP
  Presence presence = Presence::kHere;
};

struct Settings {
  std::string kubelet = "/var/lib/kubelet";
  std::vector<Daemon> daemons;
};

// All of it must outlive the findings: their fixes use it.
struct World {
  os::Files& files;
  os::LoopDevices& loops;
  os::Mounts& mounts;
  os::Commands& commands;
  Sockets& sockets;
  AdminView& admin;
  Inventory& inventory;
  const Settings& settings;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_WORLD_H_
