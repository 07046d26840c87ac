#include "os/linux_mounts.h"

#include <fcntl.h>
#include <sys/mount.h>  // not <linux/mount.h> too: they clash in glibc 2.36
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "os/linux_btrfs.h"
#include "os/mountinfo.h"

namespace holdfast::os {
namespace {

// More than any file system says about one mount.
constexpr int kMaxMessages = 16;
constexpr size_t kMaxMessageBytes = 8 * 1024;

uint32_t ToKernel(const MountAttributes& attributes) {
  uint32_t flags = 0;
  if (attributes.read_only) flags |= MOUNT_ATTR_RDONLY;
  if (attributes.nosuid) flags |= MOUNT_ATTR_NOSUID;
  if (attributes.nodev) flags |= MOUNT_ATTR_NODEV;
  if (attributes.noexec) flags |= MOUNT_ATTR_NOEXEC;
  if (attributes.noatime) flags |= MOUNT_ATTR_NOATIME;
  if (attributes.nodiratime) flags |= MOUNT_ATTR_NODIRATIME;
  if (attributes.strictatime) flags |= MOUNT_ATTR_STRICTATIME;
  return flags;
}

// A file system on its way to being mounted: the context of fsopen(2), which
// keeps what the kernel has to say about each step.
class Context {
 public:
  Context(const SystemCalls& calls, UniqueFd fd, std::string object)
      : calls_(calls), fd_(std::move(fd)), object_(std::move(object)) {}

  absl::Status SetFlag(const std::string& name) const {
    return Finish(name, calls_.Call("fsconfig", [&] {
      return fsconfig(fd_.get(), FSCONFIG_SET_FLAG, name.c_str(), nullptr, 0);
    }));
  }

  absl::Status SetString(const std::string& name,
                         const std::string& value) const {
    return Finish(name, calls_.Call("fsconfig", [&] {
      return fsconfig(fd_.get(), FSCONFIG_SET_STRING, name.c_str(),
                      value.c_str(), 0);
    }));
  }

  absl::Status Create() const {
    return Finish("create", calls_.Call("fsconfig(CREATE)", [&] {
      return fsconfig(fd_.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
    }));
  }

  absl::StatusOr<UniqueFd> Mount(uint32_t flags) const {
    const CallResult mount = calls_.Call(
        "fsmount", [&] { return fsmount(fd_.get(), FSMOUNT_CLOEXEC, flags); });
    RETURN_IF_ERROR(Finish("fsmount", mount));
    return UniqueFd(static_cast<int>(mount.value));
  }

 private:
  absl::Status Finish(const std::string& step, const CallResult& result) const {
    if (result.ok()) return absl::OkStatus();
    return ErrnoError("mount", absl::StrCat(object_, " (", step, ")"),
                      result.error, Messages());
  }

  // The kernel's words; each read takes one message, as "e ext4: …".
  std::string Messages() const {
    std::vector<std::string> messages;
    for (int i = 0; i < kMaxMessages; ++i) {
      char buffer[kMaxMessageBytes];
      const CallResult got =
          TakeErrno([&] { return read(fd_.get(), buffer, sizeof(buffer)); });
      if (!got.ok() || got.value <= 2) break;
      const absl::string_view line(buffer, static_cast<size_t>(got.value));
      messages.emplace_back(absl::StripSuffix(line.substr(2), "\n"));
    }
    return absl::StrJoin(messages, "; ");
  }

  const SystemCalls& calls_;
  const UniqueFd fd_;
  const std::string object_;
};

absl::Status SetOptions(const Context& context, const MountRequest& request) {
  RETURN_IF_ERROR(context.SetString("source", request.device));
  if (request.read_only) RETURN_IF_ERROR(context.SetFlag("ro"));
  for (const auto& [name, value] : request.options) {
    RETURN_IF_ERROR(value.empty() ? context.SetFlag(name)
                                  : context.SetString(name, value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<UniqueFd> LinuxMounts::MountDevice(const MountRequest& request) {
  if (request.fs_type == "btrfs") ForgetBtrfs(calls_, request.device);
  ASSIGN_OR_RETURN(UniqueFd fd, calls_.Open("fsopen", request.fs_type, [&] {
    return fsopen(request.fs_type.c_str(), FSOPEN_CLOEXEC);
  }));
  const Context context(calls_, std::move(fd),
                        absl::StrCat(request.fs_type, " on ", request.device));
  RETURN_IF_ERROR(SetOptions(context, request));
  RETURN_IF_ERROR(context.Create());
  return context.Mount(ToKernel(request.attributes));
}

absl::StatusOr<UniqueFd> LinuxMounts::CloneMount(const std::string& path) {
  return calls_.Open("open_tree", path, [&] {
    return open_tree(AT_FDCWD, path.c_str(),
                     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
  });
}

absl::Status LinuxMounts::SetAttributes(int mount_fd,
                                        const MountAttributes& attributes) {
  mount_attr kernel = {};
  kernel.attr_set = ToKernel(attributes);
  // How access times are kept is one field of several bits, not a flag each:
  // it is cleared before it is set (mount_setattr(2)).
  if (attributes.noatime || attributes.strictatime) {
    kernel.attr_clr = MOUNT_ATTR__ATIME;
  }
  return calls_.Run("mount_setattr", mount_fd, [&] {
    return mount_setattr(mount_fd, "", AT_EMPTY_PATH, &kernel, sizeof(kernel));
  });
}

absl::Status LinuxMounts::Attach(int mount_fd, const std::string& path) {
  return calls_.Run("move_mount", path, [&] {
    return move_mount(mount_fd, "", AT_FDCWD, path.c_str(),
                      MOVE_MOUNT_F_EMPTY_PATH);
  });
}

absl::Status LinuxMounts::Unmount(const std::string& path) {
  return calls_.Run("umount2", path,
                    [&] { return umount2(path.c_str(), UMOUNT_NOFOLLOW); });
}

absl::StatusOr<std::vector<MountPoint>> LinuxMounts::List() {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadToEnd(calls_, "/proc/self/mountinfo"));
  ASSIGN_OR_RETURN(auto mounts, ParseMountinfo(text));
  const std::vector<std::string> sources = MountSources(text);
  for (size_t i = 0; i < mounts.size(); ++i) {
    if (mounts[i].fs_type != "btrfs") continue;
    mounts[i].file_system =
        NumberOfNode(calls_, sources[i]).value_or(mounts[i].file_system);
  }
  return mounts;
}

absl::StatusOr<std::vector<ShownMount>> LinuxMounts::ListOf(
    const DeviceNumber& device, const std::string& node_name) {
  auto known = ids_.ListOf(device, node_name);
  if (known.ok()) return known;
  ASSIGN_OR_RETURN(const auto all, List());
  std::vector<ShownMount> shown;
  for (const MountPoint& mount : all) {
    const ShownMount one = {mount.path, mount.root, mount.file_system};
    if (MayShow(one, device, node_name)) shown.push_back(one);
  }
  return shown;
}

}  // namespace holdfast::os
