// Where the contract of backend::Backend is tried.

#ifndef HOLDFAST_TESTS_CONTRACT_BACKEND_WORLD_H_
#define HOLDFAST_TESTS_CONTRACT_BACKEND_WORLD_H_

#include <memory>
#include <string>

#include "backend/backend.h"
#include "os/mounts.h"

namespace holdfast::backend {

// A backend with nothing in it, and means to use its volumes as a node does.
// Leaves nothing behind when destroyed, whatever the test left.
class World {
 public:
  virtual ~World() = default;

  // Why this world is not to be had, in one line; empty if it is.
  virtual std::string Unavailable() const { return ""; }
  virtual Backend& backend() = 0;
  // The process ends without a chance to tidy up; another one takes over.
  virtual void Restart() = 0;

  // An empty directory to mount at, and how.
  virtual std::string mount_point() const = 0;
  virtual os::Mounts& mounts() = 0;

  // Writes to a file or device as an application does that does not sync;
  // makes the file if there is none.
  virtual void Write(const std::string& path, const std::string& text) = 0;
  // The first `length` bytes.
  virtual std::string Read(const std::string& path, size_t length) = 0;
  // True if a call's answer "the mounted file system cannot grow" is this
  // machine's (CAP_SYS_RESOURCE), not the backend's.
  virtual bool CanGrowMountedExt4() const = 0;
};

using WorldFactory = std::unique_ptr<World> (*)();

// The world of this program: each links one.
std::unique_ptr<World> MakeWorld();

}  // namespace holdfast::backend

#endif  // HOLDFAST_TESTS_CONTRACT_BACKEND_WORLD_H_
