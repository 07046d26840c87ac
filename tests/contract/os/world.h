// Where the contract is tried: the fake machine, or this one.

#ifndef HOLDFAST_TESTS_CONTRACT_OS_WORLD_H_
#define HOLDFAST_TESTS_CONTRACT_OS_WORLD_H_

#include <memory>
#include <string>

#include "os/kernel.h"

namespace holdfast::os {

// Leaves nothing behind when destroyed, whatever the test left.
class World {
 public:
  virtual ~World() = default;

  // Why this world is not to be had, in one line; empty if it is.
  virtual std::string Unavailable() const { return ""; }
  virtual Kernel& kernel() = 0;
  // An empty directory, the test's own, on an XFS with reflinks.
  virtual std::string pool() const = 0;
  // The same on an ext4, which has none.
  virtual std::string other() const = 0;
  // A loop device number that nobody else takes; the device exists.
  virtual int NewLoop() = 0;
  // Of a loop device: "write through" is set for it; it is not.
  virtual void DropFlushes(int number) = 0;
  virtual bool PassesFlushesOn(int number) = 0;
  virtual void MakeSymlink(const std::string& path) = 0;
  // Whether the kernel lets us grow a mounted ext4 (CAP_SYS_RESOURCE).
  virtual bool CanGrowMountedExt4() const = 0;
  // The test does what the kernel allows and the driver must never do.
  virtual void ForgetViolations() {}
};

using WorldFactory = std::unique_ptr<World> (*)();

}  // namespace holdfast::os

#endif  // HOLDFAST_TESTS_CONTRACT_OS_WORLD_H_
