#include <sys/syscall.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "tests/root/tracer/calls.h"
#include "tests/root/tracer/peek.h"

namespace holdfast::root {
namespace {

// Calls whose arguments say what they are named after.
const std::map<uint64_t, const char*>& Names() {
#define HOLDFAST_CALL(name) \
  { SYS_##name, #name }
  static const auto* const names = new std::map<uint64_t, const char*>{
      HOLDFAST_CALL(openat),         HOLDFAST_CALL(linkat),
      HOLDFAST_CALL(renameat),       HOLDFAST_CALL(renameat2),
      HOLDFAST_CALL(unlinkat),       HOLDFAST_CALL(mkdirat),
      HOLDFAST_CALL(mknodat),        HOLDFAST_CALL(umount2),
      HOLDFAST_CALL(mount),          HOLDFAST_CALL(fsopen),
      HOLDFAST_CALL(fsconfig),       HOLDFAST_CALL(fsmount),
      HOLDFAST_CALL(open_tree),      HOLDFAST_CALL(move_mount),
      HOLDFAST_CALL(mount_setattr),  HOLDFAST_CALL(fsync),
      HOLDFAST_CALL(fdatasync),      HOLDFAST_CALL(syncfs),
      HOLDFAST_CALL(ioctl),          HOLDFAST_CALL(ftruncate),
      HOLDFAST_CALL(fallocate),      HOLDFAST_CALL(fsetxattr),
      HOLDFAST_CALL(setxattr),       HOLDFAST_CALL(flock),
      HOLDFAST_CALL(fcntl),          HOLDFAST_CALL(write),
      HOLDFAST_CALL(pwrite64),       HOLDFAST_CALL(writev),
      HOLDFAST_CALL(clone),          HOLDFAST_CALL(clone3),
      HOLDFAST_CALL(wait4),          HOLDFAST_CALL(waitid),
      HOLDFAST_CALL(kill),           HOLDFAST_CALL(sendmsg),
      HOLDFAST_CALL(fchmod),         HOLDFAST_CALL(fchmodat),
      HOLDFAST_CALL(fchownat),       HOLDFAST_CALL(utimensat),
      HOLDFAST_CALL(sync),           HOLDFAST_CALL(pidfd_send_signal),
      HOLDFAST_CALL(sendto),         HOLDFAST_CALL(recvmsg),
      HOLDFAST_CALL(recvfrom),       HOLDFAST_CALL(futex),
      HOLDFAST_CALL(epoll_pwait),    HOLDFAST_CALL(epoll_ctl),
      HOLDFAST_CALL(read),           HOLDFAST_CALL(pread64),
      HOLDFAST_CALL(close),          HOLDFAST_CALL(statx),
      HOLDFAST_CALL(newfstatat),     HOLDFAST_CALL(fstat),
      HOLDFAST_CALL(fstatfs),        HOLDFAST_CALL(statfs),
      HOLDFAST_CALL(lseek),          HOLDFAST_CALL(getxattr),
      HOLDFAST_CALL(fgetxattr),      HOLDFAST_CALL(lgetxattr),
      HOLDFAST_CALL(mmap),           HOLDFAST_CALL(munmap),
      HOLDFAST_CALL(mprotect),       HOLDFAST_CALL(madvise),
      HOLDFAST_CALL(getrandom),      HOLDFAST_CALL(clock_nanosleep),
      HOLDFAST_CALL(gettid),         HOLDFAST_CALL(getdents64),
      HOLDFAST_CALL(faccessat),      HOLDFAST_CALL(readlinkat),
      HOLDFAST_CALL(fadvise64),      HOLDFAST_CALL(sched_yield),
      HOLDFAST_CALL(faccessat2),     HOLDFAST_CALL(restart_syscall),
      HOLDFAST_CALL(rt_sigprocmask),
#ifdef __x86_64__
      HOLDFAST_CALL(open),           HOLDFAST_CALL(rename),
      HOLDFAST_CALL(unlink),         HOLDFAST_CALL(mkdir),
      HOLDFAST_CALL(rmdir),          HOLDFAST_CALL(link),
      HOLDFAST_CALL(vfork),          HOLDFAST_CALL(fork),
      HOLDFAST_CALL(mknod),          HOLDFAST_CALL(chmod),
      HOLDFAST_CALL(epoll_wait),     HOLDFAST_CALL(poll),
      HOLDFAST_CALL(access),         HOLDFAST_CALL(readlink),
      HOLDFAST_CALL(stat),           HOLDFAST_CALL(lstat),
#endif
  };
#undef HOLDFAST_CALL
  return *names;
}

// Which argument is a path; -1 if the first is a descriptor or nothing.
int PathArgument(uint64_t number) {
  switch (number) {
    case SYS_openat:
    case SYS_unlinkat:
    case SYS_mkdirat:
    case SYS_mknodat:
    case SYS_open_tree:
      return 1;
    case SYS_linkat:
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_move_mount:
      return 3;
    case SYS_umount2:
    case SYS_fsopen:
    case SYS_setxattr:
#ifdef __x86_64__
    case SYS_open:
    case SYS_unlink:
    case SYS_mkdir:
    case SYS_rmdir:
#endif
      return 0;
#ifdef __x86_64__
    case SYS_rename:
    case SYS_link:
      return 1;
#endif
    default:
      return -1;
  }
}

}  // namespace

std::string Describe(const ObservedCall& call) {
  const auto name = Names().find(call.number);
  std::string text = name == Names().end()
                         ? absl::StrCat("syscall_", call.number)
                         : name->second;
  const int path = PathArgument(call.number);
  if (path >= 0) {
    return absl::StrCat(text, " ", ReadText(call.tid, call.arguments[path]));
  }
  if (StartsProcess(call) || call.number == SYS_wait4 ||
      call.number == SYS_waitid) {
    return text;
  }
  if (call.number == SYS_ioctl) {
    absl::StrAppend(&text, " ", absl::Hex(call.arguments[1]));
  }
  return absl::StrCat(text, " ", FileOf(call.tid, call.arguments[0]));
}

}  // namespace holdfast::root
