#include "os/linux_mount_ids.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "os/linux_btrfs.h"

// From the kernel's include/uapi/linux/mount.h, which Debian 12 has an older
// one of. These numbers are those of all architectures.
constexpr long kStatMountCall = 457;
constexpr long kListMountCall = 458;

struct HoldfastMountRequest {  // struct mnt_id_req, its first version
  uint32_t bytes = sizeof(HoldfastMountRequest);
  uint32_t of_no_use = 0;
  uint64_t id = 0;
  uint64_t parameter = 0;  // which fields; or the id to go on after
};
static_assert(sizeof(HoldfastMountRequest) == 24);

struct HoldfastStatMount {  // struct statmount
  uint32_t bytes;
  uint32_t options;
  uint64_t mask;
  uint32_t device_major;
  uint32_t device_minor;
  uint64_t magic;
  uint32_t superblock_flags;
  uint32_t fs_type;
  uint64_t of_no_use[8];
  uint32_t root;  // where it begins in `text`
  uint32_t path;
  uint64_t namespace_id;
  uint32_t subtype;
  uint32_t source;
  uint64_t spare[48];
  char text[8192];  // a path has 4096 bytes at most
};
static_assert(offsetof(HoldfastStatMount, root) == 104);
static_assert(offsetof(HoldfastStatMount, source) == 124);
static_assert(offsetof(HoldfastStatMount, text) == 512);

namespace holdfast::os {
namespace {

constexpr uint64_t kAllMounts = ~uint64_t{0};  // LSMT_ROOT
constexpr uint64_t kDevice = 0x1;              // STATMOUNT_SB_BASIC
constexpr uint64_t kRoot = 0x8;
constexpr uint64_t kPath = 0x10;
constexpr uint64_t kSource = 0x200;
constexpr uint64_t kBtrfsMagic = 0x9123683e;
constexpr size_t kIdsAtOnce = 4096;

absl::Status Stat(const SystemCalls& calls, uint64_t id, uint64_t fields,
                  HoldfastStatMount& buffer) {
  HoldfastMountRequest request;
  request.id = id;
  request.parameter = fields;
  return calls.Run("statmount", absl::StrCat("mount ", id), [&] {
    return syscall(kStatMountCall, &request, &buffer, sizeof(buffer), 0);
  });
}

absl::Status CannotSay(uint64_t id) {
  return ErrnoError("statmount", absl::StrCat("mount ", id), EOPNOTSUPP);
}

size_t HashOf(const std::string& name) {
  return std::hash<std::string_view>()(name);
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> MountIds::ListIds() const {
  std::vector<uint64_t> ids;
  std::array<uint64_t, kIdsAtOnce> some;
  HoldfastMountRequest request;
  request.id = kAllMounts;
  while (true) {
    const CallResult got = calls_.Call("listmount", [&] {
      return syscall(kListMountCall, &request, some.data(), some.size(), 0);
    });
    if (!got.ok()) return ErrnoError("listmount", "all mounts", got.error);
    const auto count = static_cast<size_t>(got.value);
    ids.insert(ids.end(), some.begin(), some.begin() + count);
    if (count < some.size()) break;
    request.parameter = ids.back();
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// What mountinfo shows of a btrfs is the number of no device.
absl::StatusOr<std::optional<MountIds::Known>> MountIds::Ask(
    uint64_t id) const {
  HoldfastStatMount mount = {};
  const absl::Status status =
      Stat(calls_, id, kDevice | kRoot | kSource, mount);
  if (IsErrno(status, ENOENT)) return std::nullopt;
  RETURN_IF_ERROR(status);
  const bool is_btrfs = mount.magic == kBtrfsMagic;
  const uint64_t needed = kDevice | kRoot | (is_btrfs ? kSource : 0);
  if ((mount.mask & needed) != needed) return CannotSay(id);
  DeviceNumber device = {mount.device_major, mount.device_minor};
  if (is_btrfs) {
    device = NumberOfNode(calls_, mount.text + mount.source).value_or(device);
  }
  return Known{id, device, HashOf(RootName(mount.text + mount.root))};
}

// Asks for those that came since. Two callers may do so at once; what the
// later one stores is true, and what it lacks is asked for again.
absl::StatusOr<std::shared_ptr<const MountIds::Table>> MountIds::Refresh() {
  ASSIGN_OR_RETURN(const auto ids, ListIds());
  std::shared_ptr<const Table> before;
  {
    absl::MutexLock lock(&mutex_);
    before = table_;
  }
  auto now = std::make_shared<Table>();
  now->reserve(ids.size());
  auto next = before->begin();
  for (const uint64_t id : ids) {
    next = std::find_if(next, before->end(),
                        [&](const Known& known) { return known.id >= id; });
    if (next != before->end() && next->id == id) {
      now->push_back(*next);
      continue;
    }
    ASSIGN_OR_RETURN(const auto known, Ask(id));
    if (known) now->push_back(*known);
  }
  absl::MutexLock lock(&mutex_);
  table_ = now;
  return now;
}

// One without a path is not below this process's root.
absl::StatusOr<std::optional<ShownMount>> MountIds::Look(
    const Known& known) const {
  HoldfastStatMount mount = {};
  const absl::Status status = Stat(calls_, known.id, kRoot | kPath, mount);
  if (IsErrno(status, ENOENT)) return std::nullopt;
  RETURN_IF_ERROR(status);
  const std::string path = mount.text + mount.path;
  if ((mount.mask & kPath) == 0 || path.empty()) return std::nullopt;
  if ((mount.mask & kRoot) == 0) return CannotSay(known.id);
  return ShownMount{path, mount.text + mount.root, known.device};
}

absl::StatusOr<std::vector<ShownMount>> MountIds::ListOf(
    const DeviceNumber& device, const std::string& node_name) {
  ASSIGN_OR_RETURN(const auto table, Refresh());
  const size_t hash = HashOf(node_name);
  std::vector<ShownMount> shown;
  for (const Known& known : *table) {
    if (known.device != device && known.root_name_hash != hash) continue;
    ASSIGN_OR_RETURN(const auto mount, Look(known));
    if (mount && MayShow(*mount, device, node_name)) shown.push_back(*mount);
  }
  return shown;
}

}  // namespace holdfast::os
