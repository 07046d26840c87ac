#include "tests/fakes/errnos.h"

#include <cerrno>
#include <map>

#include "tests/fakes/interfaces.h"

namespace holdfast::fakes {
namespace {

struct Errnos {
  std::string source;
  std::vector<int> errnos;
};

// Left out: EFAULT, ENAMETOOLONG and other answers to a caller's own mistake,
// EINTR (the callee repeats), and what a call says about the state of its
// object (EEXIST, ENOENT, EBUSY …) where the fake says it by itself and an
// operation that hears it without reason could only be misled.
const std::map<std::string, Errnos>& Table() {
  static const auto* const table = new std::map<std::string, Errnos>{
      {"Files.Open", {"open(2)", {EACCES, EIO, EMFILE, ENFILE, ENOMEM}}},
      {"Files.Create",
       {"open(2), O_CREAT",
        {EACCES, EDQUOT, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS}}},
      {"Files.CreateUnnamed",
       {"open(2), O_TMPFILE",
        {EACCES, EDQUOT, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS}}},
      {"Files.Link",
       {"link(2), linkat", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}}},
      {"Files.Rename",
       {"rename(2), renameat2", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}}},
      {"Files.Replace",
       {"rename(2)", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}}},
      {"Files.Unlink", {"unlink(2)", {EACCES, EIO, ENOMEM, EROFS}}},
      {"Files.MakeDirectory",
       {"mkdir(2)", {EACCES, EDQUOT, EIO, ENOMEM, ENOSPC, EROFS}}},
      {"Files.RemoveDirectory",
       {"rmdir(2)", {EACCES, EBUSY, EIO, ENOMEM, EROFS}}},
      {"Files.SyncDirectory",
       {"open(2); fsync(2): a write that failed earlier is told here",
        {EDQUOT, EIO, EMFILE, ENOMEM, ENOSPC}}},
      {"Files.FreeTakenAhead",
       {"open(2), syncfs(2); xfs_file_ioctl, XFS_IOC_FREE_EOFBLOCKS",
        {EIO, EMFILE, ENOMEM, ENOSPC, EPERM, EROFS}}},
      {"Files.Stat",
       {"statx(2); EIO: an inode that cannot be read (xfs_imap_to_bp)",
        {EACCES, EIO, ENOMEM}}},
      {"Files.StatFileSystem", {"statfs(2)", {EACCES, EIO, ENOMEM}}},
      {"Files.List",
       {"open(2), getdents(2); EIO: a directory that cannot be read",
        {EACCES, EIO, EMFILE, ENOMEM}}},
      {"Files.ReadFile", {"open(2), read(2)", {EACCES, EIO, EMFILE, ENOMEM}}},
      {"Files.WriteAll", {"write(2)", {EDQUOT, EIO, ENOSPC}}},
      {"DataFiles.Clone",
       {"ioctl_ficlonerange(2); EIO, ENOMEM, ENOSPC: xfs_reflink_remap_blocks",
        {EIO, ENOMEM, ENOSPC, EOPNOTSUPP, EXDEV}}},
      {"DataFiles.Truncate",
       {"ftruncate(2); ENOSPC: xfs_setattr_size, a transaction without room",
        {EFBIG, EIO, ENOSPC, EROFS}}},
      {"DataFiles.Allocate",
       {"fallocate(2); EDQUOT: xfs_alloc_file_space",
        {EDQUOT, EFBIG, EIO, ENOSPC, EOPNOTSUPP}}},
      {"DataFiles.AllocateOwn",
       {"fallocate(2), FALLOC_FL_UNSHARE_RANGE; EDQUOT, ENOMEM: "
        "xfs_reflink_unshare",
        {EDQUOT, EFBIG, EIO, ENOMEM, ENOSPC, EOPNOTSUPP}}},
      {"DataFiles.Sync", {"fsync(2)", {EDQUOT, EIO, ENOSPC}}},
      {"DataFiles.SetExtentHints",
       {"ioctl_xfs_fsgetxattr(2); EIO, ENOMEM: its transaction",
        {EIO, ENOMEM, EOPNOTSUPP, EROFS}}},
      {"DataFiles.SetAttribute",
       {"setxattr(2); E2BIG: its value; EIO: a block of attributes",
        {E2BIG, EDQUOT, EIO, ENOSPC, EOPNOTSUPP, EROFS}}},
      {"DataFiles.GetAttribute",
       {"getxattr(2), with the errors of stat(2); EIO: a block of attributes",
        {EACCES, EIO, ENOMEM}}},
      {"DataFiles.Stat", {"fstat(2), statx(2)", {EIO, ENOMEM}}},
      {"DataFiles.IsBlank",
       {"lseek(2), SEEK_DATA; EIO: the map of extents", {EIO}}},
      {"DataFiles.IsOpenElsewhere",
       {"fcntl(2), F_SETLEASE; EACCES without CAP_LEASE", {EACCES, ENOMEM}}},
      {"DataFiles.Lock", {"flock(2)", {ENOLCK}}},
      {"LoopDevices.FindFree",
       {"loop(4), LOOP_CTL_GET_FREE; open(2) of /dev/loop-control",
        {EACCES, EMFILE, ENOENT, ENOMEM, ENOSPC}}},
      {"LoopDevices.Add",
       {"loop(4), LOOP_CTL_ADD; open(2); mknod(2)",
        {EACCES, EMFILE, ENOENT, ENOMEM, ENOSPC}}},
      {"LoopDevices.Remove",
       {"loop(4), LOOP_CTL_REMOVE; open(2)",
        {EACCES, EBUSY, EMFILE, ENODEV, ENOMEM}}},
      {"LoopDevices.Configure",
       {"loop(4), LOOP_CONFIGURE; open(2); EIO: the first read",
        {EACCES, EBUSY, EIO, EMFILE, ENOMEM, ENXIO}}},
      {"LoopDevices.GetStatus",
       {"loop(4), LOOP_GET_STATUS64; EIO: vfs_getattr of the file",
        {EACCES, EIO, EMFILE, ENOMEM}}},
      {"LoopDevices.Detach",
       {"loop(4), LOOP_CLR_FD; open(2)", {EACCES, EBUSY, EMFILE, ENOMEM}}},
      {"LoopDevices.DetachIf",
       {"loop(4), LOOP_CLR_FD; open(2)", {EACCES, EBUSY, EMFILE, ENOMEM}}},
      {"LoopDevices.UpdateSize",
       {"loop(4), LOOP_SET_CAPACITY; open(2)", {EACCES, EIO, EMFILE, ENOMEM}}},
      {"LoopDevices.SetDiscards",
       {"open(2), write(2) of queue/discard_max_bytes in sysfs",
        {EACCES, EINVAL, EMFILE, ENOMEM, EROFS}}},
      {"LoopDevices.PassFlushesOn",
       {"open(2), read(2), write(2) of queue/write_cache in sysfs",
        {EACCES, EMFILE, ENOMEM, EROFS}}},
      {"LoopDevices.IsClaimed",
       {"open(2), O_EXCL of a block device: EBUSY is the answer",
        {EACCES, EMFILE, ENOMEM}}},
      {"LoopDevices.Size",
       {"open(2), ioctl(2) BLKGETSIZE64", {EACCES, EMFILE, ENOMEM}}},
      {"LoopDevices.List",
       {"open(2), getdents(2), read(2) of /sys/block",
        {EACCES, EIO, EMFILE, ENOMEM}}},
      {"Mounts.MountDevice",
       {"fsopen, fsconfig, fsmount: the errors of mount(2); EUCLEAN: xfs, ext4",
        {EACCES, EBUSY, EINVAL, EIO, EMFILE, ENODEV, ENOMEM, EPERM, EUCLEAN}}},
      {"Mounts.CloneMount",
       {"open_tree, in linux/syscalls.h: those of open(2) and mount(2)",
        {EACCES, EMFILE, ENOMEM, EPERM}}},
      {"Mounts.SetAttributes", {"mount_setattr(2)", {EINVAL, ENOMEM, EPERM}}},
      {"Mounts.Attach",
       {"move_mount: those of mount(2), MS_MOVE", {EACCES, ENOMEM, EPERM}}},
      {"Mounts.Unmount", {"umount(2)", {EBUSY, ENOMEM, EPERM}}},
      {"Mounts.List",
       {"proc(5), mountinfo: open(2), read(2)", {EMFILE, ENOMEM}}},
      {"Mounts.ListOf",
       {"fs/namespace.c, statmount: else as List", {EMFILE, ENOMEM}}},
      {"FileSystems.Probe",
       {"open(2), read(2); EUCLEAN: ambiguous, of libblkid's safe probe",
        {EACCES, EIO, EMFILE, ENOMEM, EUCLEAN}}},
      {"FileSystems.ProbeFor",
       {"open(2), read(2); EUCLEAN: ambiguous, of libblkid's safe probe",
        {EACCES, EIO, EMFILE, ENOMEM, EUCLEAN}}},
      {"FileSystems.EndsAreZero",
       {"open(2), pread(2)", {EACCES, EIO, EMFILE, ENOMEM}}},
      {"FileSystems.Sync", {"syncfs(2)", {EDQUOT, EIO, ENOSPC}}},
      {"FileSystems.Grow",
       {"EXT4_IOC_RESIZE_FS (fs/ext4/ioctl.c), XFS_IOC_FSGROWFSDATA, "
        "FIFREEZE, BTRFS_IOC_RESIZE",
        {EBUSY, EIO, ENOMEM, ENOSPC, EOPNOTSUPP, EPERM, EROFS}}},
      {"Commands.Run",
       {"posix_spawn(3): fork(2), execve(2); pipe(2)",
        {EACCES, EAGAIN, EMFILE, ENOENT, ENOMEM}}},
  };
  return *table;
}

const Errnos& Of(const std::string& call) {
  static const auto* const none = new Errnos();
  const auto it = Table().find(call);
  return it == Table().end() ? *none : it->second;
}

}  // namespace

std::vector<int> ErrnosOf(const std::string& call) { return Of(call).errnos; }

std::string SourceOf(const std::string& call) { return Of(call).source; }

std::vector<std::string> CallNames() {
  std::vector<std::string> names;
  for (const auto& [name, errnos] : Table()) names.push_back(name);
  return names;
}

}  // namespace holdfast::fakes
