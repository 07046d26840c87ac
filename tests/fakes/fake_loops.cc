#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {
namespace {

constexpr size_t kMaxName = 63;  // LO_NAME_SIZE less its final zero
constexpr uint32_t kMinBlock = 512;
constexpr uint32_t kPage = 4096;

std::string Path(int number) { return absl::StrCat("/dev/loop", number); }

absl::StatusOr<Loop*> Attached(Machine& machine, int number, const char* call) {
  auto it = machine.loops.find(number);
  if (it == machine.loops.end()) return ErrnoError(call, Path(number), ENOENT);
  if (!it->second) return ErrnoError(call, Path(number), ENXIO);
  return &*it->second;
}

bool IsBlockSize(uint32_t bytes) {
  return bytes >= kMinBlock && bytes <= kPage && (bytes & (bytes - 1)) == 0;
}

// The kernel lets it happen; the data does not survive it.
void NoteSecondWriter(Machine& machine, int number, const OpenFile& file) {
  for (const auto& [other, loop] : machine.loops) {
    if (!loop || loop->config.mode != os::LoopMode::kReadWrite) continue;
    if (machine.BackingInode(other) != file.inode) continue;
    machine.violations.push_back(
        absl::StrCat(Path(number), " and ", Path(other),
                     " are read-write on one file, inode ", file.inode));
  }
}

// The device's size: whole sectors of the file.
int64_t DeviceSize(const Machine& machine, InodeId backing) {
  const int64_t size = machine.disk.Get(backing).live.size;
  return size - size % kMinBlock;
}

os::LoopStatus StatusOf(Machine& machine, const Loop& loop) {
  const OpenFile& file = machine.open_files.at(loop.open_file);
  const os::FileInfo info = machine.InfoOf(file.inode, file.mount);
  return {.name = loop.config.name,
          .backing_inode = info.inode,
          .backing_file_system = info.file_system,
          .backing_device = info.device,
          .mode = loop.config.mode,
          .direct_io = machine.direct_io,
          .autoclear = loop.autoclear};
}

bool IsSame(const os::LoopStatus& one, const os::LoopStatus& other) {
  return one.name == other.name && one.mode == other.mode &&
         one.backing_inode == other.backing_inode &&
         one.backing_file_system == other.backing_file_system;
}

}  // namespace

absl::StatusOr<int> FakeLoopDevices::FindFree() {
  FAKE_CALL("LoopDevices.FindFree", "");
  for (const auto& [number, loop] : machine_.loops) {
    if (!loop) return number;
  }
  if (static_cast<int>(machine_.loops.size()) >= machine_.max_loops) {
    return ErrnoError("LOOP_CTL_GET_FREE", "/dev/loop-control", ENOSPC);
  }
  int number = 0;
  while (machine_.loops.contains(number)) ++number;
  machine_.AddLoop(number);
  return number;
}

absl::Status FakeLoopDevices::Add(int number) {
  FAKE_CALL("LoopDevices.Add", absl::StrCat(number));
  if (number < 0) return ErrnoError("LOOP_CTL_ADD", Path(number), EINVAL);
  if (machine_.loops.contains(number)) return absl::OkStatus();
  if (static_cast<int>(machine_.loops.size()) >= machine_.max_loops) {
    return ErrnoError("LOOP_CTL_ADD", Path(number), ENOSPC);
  }
  machine_.AddLoop(number);
  return absl::OkStatus();
}

absl::Status FakeLoopDevices::Remove(int number) {
  FAKE_CALL("LoopDevices.Remove", absl::StrCat(number));
  auto it = machine_.loops.find(number);
  if (it == machine_.loops.end()) {
    return ErrnoError("LOOP_CTL_REMOVE", Path(number), ENODEV);
  }
  if (it->second || machine_.IsLoopBusy(number)) {
    return ErrnoError("LOOP_CTL_REMOVE", Path(number), EBUSY);
  }
  machine_.RemoveLoop(number);
  return absl::OkStatus();
}

absl::Status FakeLoopDevices::Configure(int number, int backing_fd,
                                        const os::LoopConfig& config) {
  FAKE_CALL("LoopDevices.Configure", absl::StrCat(number));
  auto it = machine_.loops.find(number);
  if (it == machine_.loops.end()) {
    return ErrnoError("open", Path(number), ENOENT);
  }
  if (config.name.size() > kMaxName) {
    return ErrnoError("LOOP_CONFIGURE", Path(number), ENAMETOOLONG);
  }
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(backing_fd));
  if (it->second) return ErrnoError("LOOP_CONFIGURE", Path(number), EBUSY);
  const os::FileKind kind = machine_.disk.Get(file->inode).kind;
  if ((kind != os::FileKind::kRegular && kind != os::FileKind::kBlockDevice) ||
      !IsBlockSize(config.block_bytes)) {
    return ErrnoError("LOOP_CONFIGURE", Path(number), EINVAL);
  }
  Loop loop = {.open_file = machine_.fds.at(backing_fd), .config = config};
  if (!file->writable) loop.config.mode = os::LoopMode::kReadOnly;
  if (loop.config.mode == os::LoopMode::kReadWrite) {
    NoteSecondWriter(machine_, number, *file);
    machine_.flushless_loops.erase(number);
  }
  loop.size = DeviceSize(machine_, file->inode);
  ++file->references;
  it->second = loop;
  return absl::OkStatus();
}

absl::StatusOr<os::LoopStatus> FakeLoopDevices::GetStatus(int number) {
  FAKE_CALL("LoopDevices.GetStatus", absl::StrCat(number));
  ASSIGN_OR_RETURN(Loop * loop,
                   Attached(machine_, number, "LOOP_GET_STATUS64"));
  return StatusOf(machine_, *loop);
}

absl::Status FakeLoopDevices::Detach(int number) {
  FAKE_CALL("LoopDevices.Detach", absl::StrCat(number));
  ASSIGN_OR_RETURN(Loop * loop, Attached(machine_, number, "LOOP_CLR_FD"));
  loop->autoclear = true;
  machine_.ClearLoopIfUnused(number);
  return absl::OkStatus();
}

absl::Status FakeLoopDevices::UpdateSize(int number) {
  FAKE_CALL("LoopDevices.UpdateSize", absl::StrCat(number));
  ASSIGN_OR_RETURN(Loop * loop,
                   Attached(machine_, number, "LOOP_SET_CAPACITY"));
  loop->size = DeviceSize(machine_, machine_.BackingInode(number));
  return absl::OkStatus();
}

absl::Status FakeLoopDevices::SetDiscards(int number, os::Discards discards) {
  FAKE_CALL("LoopDevices.SetDiscards", absl::StrCat(number));
  if (!machine_.loops.contains(number)) {
    return ErrnoError("write", Path(number), ENOENT);
  }
  if (discards == os::Discards::kIgnore) {
    machine_.discardless_loops.insert(number);
  } else if (machine_.discardless_loops.contains(number)) {
    return ErrnoError("write", Path(number), EINVAL);
  }
  return absl::OkStatus();
}

absl::Status FakeLoopDevices::PassFlushesOn(int number) {
  FAKE_CALL("LoopDevices.PassFlushesOn", absl::StrCat(number));
  if (!machine_.loops.contains(number)) {
    return ErrnoError("open", Path(number), ENOENT);
  }
  machine_.flushless_loops.erase(number);
  return absl::OkStatus();
}

absl::StatusOr<bool> FakeLoopDevices::IsClaimed(int number) {
  FAKE_CALL("LoopDevices.IsClaimed", absl::StrCat(number));
  if (!machine_.loops.contains(number)) {
    return ErrnoError("open", Path(number), ENOENT);
  }
  return machine_.IsLoopClaimed(number);
}

absl::StatusOr<int64_t> FakeLoopDevices::Size(int number) {
  FAKE_CALL("LoopDevices.Size", absl::StrCat(number));
  auto it = machine_.loops.find(number);
  if (it == machine_.loops.end()) {
    return ErrnoError("open", Path(number), ENOENT);
  }
  return it->second ? it->second->size : 0;
}

absl::StatusOr<std::vector<int>> FakeLoopDevices::List() {
  FAKE_CALL("LoopDevices.List", "");
  std::vector<int> attached;
  for (const auto& [number, loop] : machine_.loops) {
    if (loop) attached.push_back(number);
  }
  return attached;
}

absl::Status FakeLoopDevices::DetachIf(int number,
                                       const os::LoopStatus& expected) {
  FAKE_CALL("LoopDevices.DetachIf", absl::StrCat(number));
  ASSIGN_OR_RETURN(Loop * loop, Attached(machine_, number, "LOOP_CLR_FD"));
  if (!IsSame(StatusOf(machine_, *loop), expected)) {
    return ErrnoError("LOOP_CLR_FD", Path(number), ESTALE);
  }
  loop->autoclear = true;
  machine_.ClearLoopIfUnused(number);
  return absl::OkStatus();
}

}  // namespace holdfast::fakes
