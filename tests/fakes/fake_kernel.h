// A machine without a kernel: stateful fakes of os/* that keep the kernel's
// rules, so that the code above runs as it is, without privileges.
//
// Rules it keeps: tests/contract/os runs one suite against this and against
// the kernel. What survives a power cut: disk.h.

#ifndef HOLDFAST_TESTS_FAKES_FAKE_KERNEL_H_
#define HOLDFAST_TESTS_FAKES_FAKE_KERNEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "os/kernel.h"
#include "tests/fakes/calls.h"
#include "tests/fakes/errnos.h"
#include "tests/fakes/machine.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {

// A disk with a file system, there at every start of the machine.
struct DiskOptions {
  std::string fs_type = "xfs";  // only xfs and btrfs know reflinks
  int64_t total_bytes = int64_t{16} << 30;
  int64_t total_inodes = 1 << 20;
};

// At start: a root file system (ext4, no reflink), /tmp, /dev with loop0 to
// loop7. Thread-safe. Must outlive every view and descriptor.
class FakeKernel {
 public:
  FakeKernel();

  os::Files& files() { return files_; }
  os::DataFiles& data_files() { return data_files_; }
  os::LoopDevices& loops() { return loops_; }
  os::Mounts& mounts() { return mounts_; }
  os::FileSystems& file_systems() { return file_systems_; }
  os::Commands& commands() { return commands_; }
  // The six as objects of their own, for wiring that takes them over.
  os::Kernel Kernel();

  // --- setting the scene: durable at once, no calls noted
  // mkdir -p.
  void MakeDirectories(const std::string& path);
  // Mounts a new file system at `path`, which is made.
  void AddDisk(const std::string& path, const DiskOptions& options = {});
  void AddSymlink(const std::string& path);
  // Changes how much fits on the file system that `path` is on.
  void SetTotalBytes(const std::string& path, int64_t total_bytes);
  // What the machine can do. Defaults: 256 loop devices, direct I/O works, a
  // mounted ext4 may be grown (CAP_SYS_RESOURCE).
  void SetMaxLoops(int count);
  void SetDirectIoWorks(bool works);
  void SetCanGrowMountedExt4(bool can);
  // Clones of one btrfs are mounted side by side, as from kernel 6.7 on.
  void SetMountsBtrfsClones(bool can);
  // The next `answers` of IsOpenElsewhere are true: the kernel lets go of a
  // detached loop device's file a moment later.
  void SetLeaseLingers(int answers);
  // "write through": syncs of the device are answered and do nothing.
  void DropFlushes(int loop);
  // Replaces or adds a program, by its name without a path. It is run with no
  // lock held, so it may use the fake, or wait for another thread.
  void SetProgram(const std::string& name, Program program);

  // --- data, by path of a file or of a loop device; no calls noted
  // Marks `length` bytes as written (allocates); false if there is no room.
  bool WriteRange(const std::string& path, int64_t offset, int64_t length);
  // blkdiscard(8) of a loop device; false if its limit of discards is zero.
  bool Discard(const std::string& device, int64_t offset, int64_t length);
  // Damage: no file system is to be seen any more, the data stays.
  void WipeSuperblock(const std::string& path);
  void EditSuperblock(const std::string& path, const os::Superblock& to);

  // --- faults
  Calls& calls() { return machine_.calls; }
  // The process is gone: its descriptors with it, mounts and attached loop
  // devices stay. Clears faults.
  void RestartProcess();
  // The machine is off and on again: what is not durable is lost, and so are
  // descriptors, loop devices and mounts but those of AddDisk. Clears faults.
  void PowerCut();

  // --- looking, for checks at the end of a test
  int OpenFds();
  std::vector<int> AttachedLoops();
  bool PassesFlushesOn(int loop);
  // Without the root, /dev and those of AddDisk, in mount order.
  std::vector<std::string> MountedPaths();
  // Mounts that have no place, held by a descriptor.
  int DetachedMounts();
  // Paths of all files and directories below `path`, sorted.
  std::vector<std::string> PathsUnder(const std::string& path);
  // The whole machine, a line for each file, mount and device, without times:
  // two that are equal mean that nothing was changed (describe.cc).
  std::vector<std::string> Describe();
  // Files that mkfs was run on, in order.
  std::vector<std::string> formatted_paths();
  // What must never happen although the kernel lets it: two read-write loop
  // devices on one file, mkfs on data, a descriptor closed twice. To be
  // asserted empty at the end of every test.
  std::vector<std::string> violations();

 private:
  // Of a loop device, its backing file.
  InodeId DataInode(const Place& place);

  Machine machine_;
  std::vector<std::string> formatted_;
  FakeFiles files_;
  FakeDataFiles data_files_;
  FakeLoopDevices loops_;
  FakeMounts mounts_;
  FakeFileSystems file_systems_;
  FakeCommands commands_;
};

// What differs between two descriptions, a line for each; empty if nothing.
std::string Difference(const std::vector<std::string>& before,
                       const std::vector<std::string>& after);

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_FAKE_KERNEL_H_
