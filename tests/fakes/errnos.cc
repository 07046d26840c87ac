#include "tests/fakes/errnos.h"

#include <cerrno>
#include <map>

namespace holdfast::fakes {
namespace {

// Left out: EFAULT, ENAMETOOLONG and other answers to a caller's own mistake,
// EINTR (the callee repeats), and what a call says about the state of its
// object (EEXIST, ENOENT, EBUSY …) where the fake says it by itself and an
// operation that hears it without reason could only be misled.
const std::map<std::string, std::vector<int>>& Table() {
  static const auto* const table = new std::map<std::string, std::vector<int>>{
      // open(2)
      {"Files.Open", {EACCES, EIO, EMFILE, ENFILE, ENOMEM}},
      {"Files.Create",
       {EACCES, EDQUOT, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS}},
      {"Files.CreateUnnamed",
       {EACCES, EDQUOT, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS}},
      // linkat(2), renameat2(2), unlink(2), mkdir(2), rmdir(2)
      {"Files.Link", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}},
      {"Files.Rename", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}},
      {"Files.Replace", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}},
      {"Files.Unlink", {EACCES, EIO, ENOMEM, EROFS}},
      {"Files.MakeDirectory", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}},
      {"Files.RemoveDirectory", {EACCES, EBUSY, EIO, ENOMEM, EROFS}},
      // open(2) and fsync(2): a write that failed earlier is told here
      {"Files.SyncDirectory", {EDQUOT, EIO, EMFILE, ENOMEM, ENOSPC}},
      // statx(2), statfs(2), getdents64(2), read(2), write(2)
      {"Files.Stat", {EACCES, EIO, ENOMEM}},
      {"Files.StatFileSystem", {EACCES, EIO, ENOMEM}},
      {"Files.List", {EACCES, EIO, EMFILE, ENOMEM}},
      {"Files.ReadFile", {EACCES, EIO, EMFILE, ENOMEM}},
      {"Files.WriteAll", {EDQUOT, EIO, ENOSPC}},
      // ioctl_ficlone(2), ftruncate(2), fsync(2)
      {"DataFiles.Clone", {EIO, ENOMEM, ENOSPC, EOPNOTSUPP, EXDEV}},
      {"DataFiles.Truncate", {EFBIG, EIO, ENOSPC, EROFS}},
      {"DataFiles.Allocate", {EDQUOT, EFBIG, EIO, ENOSPC, EOPNOTSUPP}},
      {"DataFiles.Sync", {EDQUOT, EIO, ENOSPC}},
      // ioctl_xfs_fsgetxattr(2)
      {"DataFiles.SetExtentHints", {EIO, ENOMEM, EOPNOTSUPP, EROFS}},
      // fsetxattr(2), getxattr(2), fstat(2), lseek(2)
      {"DataFiles.SetAttribute",
       {E2BIG, EDQUOT, EIO, ENOSPC, EOPNOTSUPP, EROFS}},
      {"DataFiles.GetAttribute", {EACCES, EIO, ENOMEM}},
      {"DataFiles.Stat", {EIO, ENOMEM}},
      {"DataFiles.IsBlank", {EIO}},
      // fcntl(2), flock(2)
      {"DataFiles.IsOpenElsewhere", {EACCES, ENOMEM}},
      {"DataFiles.Lock", {ENOLCK}},
      // loop(4); mknod(2) for Add
      {"LoopDevices.FindFree", {EACCES, EMFILE, ENOENT, ENOMEM, ENOSPC}},
      {"LoopDevices.Add", {EACCES, EMFILE, ENOENT, ENOMEM, ENOSPC}},
      {"LoopDevices.Remove", {EACCES, EBUSY, EMFILE, ENODEV, ENOMEM}},
      {"LoopDevices.Configure", {EACCES, EBUSY, EIO, EMFILE, ENOMEM, ENXIO}},
      {"LoopDevices.GetStatus", {EACCES, EIO, EMFILE, ENOMEM}},
      {"LoopDevices.Detach", {EACCES, EBUSY, EMFILE, ENOMEM}},
      {"LoopDevices.DetachIf", {EACCES, EBUSY, EMFILE, ENOMEM}},
      {"LoopDevices.UpdateSize", {EACCES, EIO, EMFILE, ENOMEM}},
      {"LoopDevices.SetDiscards", {EACCES, EINVAL, EMFILE, ENOMEM, EROFS}},
      {"LoopDevices.IsClaimed", {EACCES, EMFILE, ENOMEM}},
      {"LoopDevices.Size", {EACCES, EMFILE, ENOMEM}},
      {"LoopDevices.List", {EACCES, EIO, EMFILE, ENOMEM}},
      // fsopen(2), fsconfig(2), fsmount(2): the errors of mount(2) among them
      {"Mounts.MountDevice",
       {EACCES, EBUSY, EINVAL, EIO, EMFILE, ENODEV, ENOMEM, EPERM, EUCLEAN}},
      // open_tree(2), mount_setattr(2), move_mount(2), umount(2)
      {"Mounts.CloneMount", {EACCES, EMFILE, ENOMEM, EPERM}},
      {"Mounts.SetAttributes", {EINVAL, ENOMEM, EPERM}},
      {"Mounts.Attach", {EACCES, ENOMEM, EPERM}},
      {"Mounts.Unmount", {EBUSY, ENOMEM, EPERM}},
      {"Mounts.List", {EMFILE, ENOMEM}},
      // open(2), read(2); libblkid's safe probe answers an ambiguous one
      {"FileSystems.Probe", {EACCES, EIO, EMFILE, ENOMEM, EUCLEAN}},
      {"FileSystems.ProbeFor", {EACCES, EIO, EMFILE, ENOMEM, EUCLEAN}},
      {"FileSystems.EndsAreZero", {EACCES, EIO, EMFILE, ENOMEM}},
      // syncfs(2)
      {"FileSystems.Sync", {EDQUOT, EIO, ENOSPC}},
      // EXT4_IOC_RESIZE_FS: fs/ext4/ioctl.c
      {"FileSystems.Grow",
       {EBUSY, EIO, ENOMEM, ENOSPC, EOPNOTSUPP, EPERM, EROFS}},
      // posix_spawn(3)
      {"Commands.Run", {EACCES, EAGAIN, EMFILE, ENOENT, ENOMEM}},
  };
  return *table;
}

}  // namespace

std::vector<int> ErrnosOf(const std::string& call) {
  auto it = Table().find(call);
  return it == Table().end() ? std::vector<int>{} : it->second;
}

std::vector<std::string> CallNames() {
  std::vector<std::string> names;
  for (const auto& [name, errnos] : Table()) names.push_back(name);
  return names;
}

}  // namespace holdfast::fakes
