#include "tests/root/tracer/calls.h"

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <string>

#include "tests/root/tracer/peek.h"

namespace holdfast::root {
namespace {

// Waiting, time, memory, identity, signals: gone with the process.
const std::set<uint64_t>& ProcessLocal() {
  static const auto* const calls = new std::set<uint64_t>{
      SYS_futex,
      SYS_epoll_pwait,
      SYS_epoll_pwait2,
      SYS_epoll_ctl,
      SYS_epoll_create1,
      SYS_ppoll,
      SYS_pselect6,
      SYS_nanosleep,
      SYS_clock_nanosleep,
      SYS_clock_gettime,
      SYS_clock_getres,
      SYS_gettimeofday,
      SYS_sched_yield,
      SYS_restart_syscall,
      SYS_mmap,
      SYS_munmap,
      SYS_mprotect,
      SYS_madvise,
      SYS_brk,
      SYS_mremap,
      SYS_membarrier,
      SYS_rseq,
      SYS_set_robust_list,
      SYS_gettid,
      SYS_getpid,
      SYS_getppid,
      SYS_getuid,
      SYS_geteuid,
      SYS_getgid,
      SYS_getegid,
      SYS_getrandom,
      SYS_prctl,
      SYS_sysinfo,
      SYS_uname,
      SYS_sched_getaffinity,
      SYS_sched_getparam,
      SYS_sched_getscheduler,
      SYS_getcpu,
      SYS_getrusage,
      SYS_prlimit64,
      SYS_rt_sigaction,
      SYS_rt_sigprocmask,
      SYS_rt_sigreturn,
      SYS_rt_sigtimedwait,
      SYS_rt_sigsuspend,
      SYS_sigaltstack,
      SYS_tgkill,
      SYS_exit,
      SYS_close,
      SYS_dup,
      SYS_dup3,
      SYS_pipe2,
      SYS_eventfd2,
      SYS_timerfd_create,
      SYS_timerfd_settime,
      SYS_signalfd4,
      SYS_pidfd_open,
      SYS_set_tid_address,
      SYS_close_range,
#ifdef __x86_64__
      SYS_poll,
      SYS_select,
      SYS_epoll_wait,
      SYS_time,
      SYS_arch_prctl,
#endif
  };
  return *calls;
}

// Looking, and talking to peers.
const std::set<uint64_t>& Looking() {
  static const auto* const calls = new std::set<uint64_t>{
      SYS_fstat,       SYS_newfstatat,  SYS_statx,      SYS_statfs,
      SYS_fstatfs,     SYS_getxattr,    SYS_lgetxattr,  SYS_fgetxattr,
      SYS_listxattr,   SYS_flistxattr,  SYS_faccessat,  SYS_faccessat2,
      SYS_readlinkat,  SYS_getdents64,  SYS_lseek,      SYS_read,
      SYS_pread64,     SYS_readv,       SYS_preadv,     SYS_getcwd,
      SYS_socket,      SYS_connect,     SYS_accept,     SYS_accept4,
      SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt,
      SYS_shutdown,    SYS_sendmsg,     SYS_sendto,     SYS_sendmmsg,
      SYS_recvmsg,     SYS_recvfrom,    SYS_recvmmsg,   SYS_fadvise64,
#ifdef __x86_64__
      SYS_stat,        SYS_lstat,       SYS_access,     SYS_readlink,
      SYS_getdents,
#endif
  };
  return *calls;
}

bool IsFile(const std::string& target) { return target.rfind('/', 0) == 0; }

uint64_t CloneFlags(const ObservedCall& call) {
  if (call.number == SYS_clone) return call.arguments[0];
  return ReadMemory<uint64_t>(call.tid, call.arguments[0]);
}

// Everything else stays inside the process.
bool WritesFile(const ObservedCall& call) {
  return call.arguments[0] != STDERR_FILENO &&
         call.arguments[0] != STDOUT_FILENO &&
         IsFile(FileOf(call.tid, call.arguments[0]));
}

bool CreatesFile(uint64_t flags) {
  return (flags & (O_CREAT | O_TRUNC)) != 0 ||
         (flags & O_TMPFILE) == static_cast<uint64_t>(O_TMPFILE);
}

bool LooksAtDevice(uint64_t request) {
  return request == LOOP_GET_STATUS64 || request == BLKGETSIZE64 ||
         request == BLKROGET || request == FS_IOC_FSGETXATTR ||
         request == FS_IOC_FIEMAP;
}

bool ChangesDescriptorOnly(uint64_t command) {
  return command == F_GETFL || command == F_SETFL || command == F_GETFD ||
         command == F_SETFD || command == F_DUPFD ||
         command == F_DUPFD_CLOEXEC || command == F_GETLEASE;
}

}  // namespace

bool Counts(const ObservedCall& call) {
  if (ProcessLocal().contains(call.number)) return false;
  if (Looking().contains(call.number)) return false;
  switch (call.number) {
    case SYS_openat:
      return CreatesFile(call.arguments[2]);
#ifdef __x86_64__
    case SYS_open:
      return CreatesFile(call.arguments[1]);
#endif
    case SYS_write:
    case SYS_writev:
    case SYS_pwrite64:
      return WritesFile(call);
    case SYS_ioctl:
      return WritesFile(call) && !LooksAtDevice(call.arguments[1]);
    case SYS_fcntl:
      return !ChangesDescriptorOnly(call.arguments[1]);
    case SYS_clone:
    case SYS_clone3:
      return StartsProcess(call);
    default:
      return true;
  }
}

bool IsSend(const ObservedCall& call) {
  return call.number == SYS_sendmsg || call.number == SYS_sendto;
}

bool StartsProcess(const ObservedCall& call) {
#ifdef __x86_64__
  if (call.number == SYS_fork || call.number == SYS_vfork) return true;
#endif
  return (call.number == SYS_clone || call.number == SYS_clone3) &&
         (CloneFlags(call) & CLONE_THREAD) == 0;
}

}  // namespace holdfast::root
