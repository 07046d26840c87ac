// The bare floor as a contender: what the kernel needs for the same.

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/bench/contender.h"

namespace holdfast::bench {
namespace {

constexpr size_t kRecordBytes = 200;
constexpr int kTries = 256;

absl::Status Must(int64_t result, const char* call, const std::string& object) {
  return result < 0 ? ErrnoError(call, object, errno) : absl::OkStatus();
}

absl::StatusOr<UniqueFd> Own(int64_t fd, const char* call,
                             const std::string& object) {
  RETURN_IF_ERROR(Must(fd, call, object));
  return UniqueFd(static_cast<int>(fd));
}

absl::StatusOr<UniqueFd> Open(const std::string& path, int flags) {
  return Own(open(path.c_str(), flags | O_CLOEXEC, 0600), "open", path);
}

absl::Status SyncDirectory(const std::string& path) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_RDONLY | O_DIRECTORY));
  return Must(fsync(fd.get()), "fsync", path);
}

class Floor final : public Contender {
 public:
  Floor(const ContenderSpec& spec, const std::string& template_file)
      : directory_(spec.directory),
        access_(spec.access),
        bytes_(spec.bytes),
        template_(open(template_file.c_str(), O_RDONLY | O_CLOEXEC)),
        control_(open("/dev/loop-control", O_RDWR | O_CLOEXEC)),
        devices_(static_cast<size_t>(spec.volumes)) {
    for (const char* name : {"", "/volumes", "/trash", "/s", "/t"}) {
      mkdir((directory_ + name).c_str(), 0750);
    }
  }

  absl::Status Prepare(int number) override {
    const std::string staging = Staging(number);
    return Must(mkdir(staging.c_str(), 0750), "mkdir", staging);
  }

  std::string Target(int number) const override {
    return absl::StrCat(directory_, "/t/", number);
  }

  absl::Status Run(Step step, int number) override {
    switch (step) {
      case Step::kCreate:
        return Create(number);
      case Step::kStage:
        return Stage(number);
      case Step::kPublish:
        return Publish(number);
      case Step::kUnpublish:
        return Unpublish(Target(number));
      case Step::kUnstage:
        return Unstage(number);
      case Step::kDelete:
        return Delete(number);
      case Step::kUp:
        break;
    }
    return absl::InvalidArgumentError("not a step");
  }

 private:
  std::string File(int number) const {
    return absl::StrCat(directory_, "/volumes/", number);
  }
  std::string Staging(int number) const {
    return absl::StrCat(directory_, "/s/", number);
  }
  bool IsBlock() const { return access_ == root::Access::kBlock; }

  absl::Status Create(int number) {
    const std::string volumes = directory_ + "/volumes";
    ASSIGN_OR_RETURN(const UniqueFd fd, Open(volumes, O_TMPFILE | O_RDWR));
    if (!IsBlock()) {
      RETURN_IF_ERROR(
          Must(ioctl(fd.get(), FICLONE, template_.get()), "FICLONE", volumes));
    }
    RETURN_IF_ERROR(Must(ftruncate(fd.get(), bytes_), "ftruncate", volumes));
    const std::string record(kRecordBytes, 'r');
    RETURN_IF_ERROR(Must(fsetxattr(fd.get(), "user.holdfast.record",
                                   record.data(), record.size(), 0),
                         "fsetxattr", volumes));
    const std::string link = absl::StrCat("/proc/self/fd/", fd.get());
    RETURN_IF_ERROR(Must(linkat(AT_FDCWD, link.c_str(), AT_FDCWD,
                                File(number).c_str(), AT_SYMLINK_FOLLOW),
                         "linkat", File(number)));
    return Must(fsync(fd.get()), "fsync", File(number));
  }

  absl::Status Stage(int number) {
    ASSIGN_OR_RETURN(const UniqueFd backing, Open(File(number), O_RDWR));
    RETURN_IF_ERROR(Attach(number, backing.get()));
    if (IsBlock()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const UniqueFd mount, MountDevice(number));
    return Place(mount.get(), Staging(number));
  }

  absl::Status Attach(int number, int backing) {
    loop_config config = {};
    config.fd = static_cast<uint32_t>(backing);
    config.block_size = 4096;
    config.info.lo_flags = LO_FLAGS_DIRECT_IO;
    for (int i = 0; i < kTries; ++i) {
      const int free = ioctl(control_.get(), LOOP_CTL_GET_FREE);
      RETURN_IF_ERROR(Must(free, "LOOP_CTL_GET_FREE", File(number)));
      const std::string device = absl::StrCat("/dev/loop", free);
      ASSIGN_OR_RETURN(const UniqueFd loop, Open(device, O_RDWR));
      if (ioctl(loop.get(), LOOP_CONFIGURE, &config) == 0) {
        devices_[static_cast<size_t>(number)] = device;
        return absl::OkStatus();
      }
      if (errno != EBUSY) return ErrnoError("LOOP_CONFIGURE", device, errno);
    }
    return absl::UnavailableError("no free loop device");
  }

  absl::StatusOr<UniqueFd> MountDevice(int number) {
    const std::string& device = devices_[static_cast<size_t>(number)];
    ASSIGN_OR_RETURN(const UniqueFd context,
                     Own(fsopen("ext4", FSOPEN_CLOEXEC), "fsopen", device));
    RETURN_IF_ERROR(Must(fsconfig(context.get(), FSCONFIG_SET_STRING, "source",
                                  device.c_str(), 0),
                         "fsconfig", device));
    RETURN_IF_ERROR(
        Must(fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0),
             "fsconfig", device));
    return Own(fsmount(context.get(), FSMOUNT_CLOEXEC, 0), "fsmount", device);
  }

  static absl::Status Place(int mount, const std::string& path) {
    return Must(
        move_mount(mount, "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH),
        "move_mount", path);
  }

  absl::Status Publish(int number) {
    const std::string target = Target(number);
    const std::string& source =
        IsBlock() ? devices_[static_cast<size_t>(number)] : Staging(number);
    RETURN_IF_ERROR(MakePlace(target));
    ASSIGN_OR_RETURN(const UniqueFd tree,
                     Own(open_tree(AT_FDCWD, source.c_str(),
                                   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC),
                         "open_tree", target));
    return Place(tree.get(), target);
  }

  // A directory, or a file for a device node.
  absl::Status MakePlace(const std::string& path) {
    if (!IsBlock()) return Must(mkdir(path.c_str(), 0750), "mkdir", path);
    return Open(path, O_CREAT | O_EXCL | O_WRONLY).status();
  }

  absl::Status Unpublish(const std::string& path) {
    RETURN_IF_ERROR(
        Must(umount2(path.c_str(), UMOUNT_NOFOLLOW), "umount2", path));
    return IsBlock() ? Must(unlink(path.c_str()), "unlink", path)
                     : Must(rmdir(path.c_str()), "rmdir", path);
  }

  absl::Status Unstage(int number) {
    const std::string staging = Staging(number);
    if (!IsBlock()) {
      RETURN_IF_ERROR(
          Must(umount2(staging.c_str(), UMOUNT_NOFOLLOW), "umount2", staging));
    }
    // Forgotten first: from then on the device may be somebody else's.
    const std::string device =
        std::exchange(devices_[static_cast<size_t>(number)], "");
    ASSIGN_OR_RETURN(const UniqueFd loop, Open(device, O_RDWR));
    return Must(ioctl(loop.get(), LOOP_CLR_FD), "LOOP_CLR_FD", device);
  }

  absl::Status Delete(int number) {
    const std::string trash = absl::StrCat(directory_, "/trash/", number);
    RETURN_IF_ERROR(Must(renameat2(AT_FDCWD, File(number).c_str(), AT_FDCWD,
                                   trash.c_str(), RENAME_NOREPLACE),
                         "renameat2", trash));
    RETURN_IF_ERROR(SyncDirectory(directory_ + "/trash"));
    return SyncDirectory(directory_ + "/volumes");
  }

  const std::string directory_;
  const root::Access access_;
  const int64_t bytes_;
  const UniqueFd template_;  // -1: none
  const UniqueFd control_;
  std::vector<std::string> devices_;
};

}  // namespace

std::unique_ptr<Contender> MakeFloor(const ContenderSpec& spec,
                                     const std::string& template_file) {
  return std::make_unique<Floor>(spec, template_file);
}

}  // namespace holdfast::bench
