// The whole machine in text, for tests that nothing was changed.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::fakes {
namespace {

using Lines = std::vector<std::string>;

std::string Describe(const os::MountAttributes& a) {
  return absl::StrCat(a.read_only ? " ro" : "", a.nosuid ? " nosuid" : "",
                      a.nodev ? " nodev" : "", a.noexec ? " noexec" : "",
                      a.noatime ? " noatime" : "",
                      a.nodiratime ? " nodiratime" : "",
                      a.strictatime ? " strictatime" : "");
}

std::string Describe(const Inode& inode) {
  const Data& data = inode.live;
  std::string text =
      absl::StrCat("kind ", static_cast<int>(inode.kind), " links ",
                   inode.links, " opens ", inode.opens, " size ", data.size,
                   " allocated ", AllocatedBytes(data), " text ", data.text);
  for (const auto& [name, value] : data.attributes) {
    absl::StrAppend(&text, " ", name, "=", value);
  }
  if (data.superblock) {
    // Not its size: a stage gives it the device's before anything else.
    absl::StrAppend(&text, " ", data.superblock->type, " ",
                    data.superblock->uuid);
  }
  return text;
}

void DescribeTree(const Machine& machine, InodeId id, const std::string& path,
                  Lines& into) {
  const Inode& inode = machine.disk.Get(id);
  into.push_back(absl::StrCat(path, " #", id, " ", Describe(inode)));
  for (const auto& [name, child] : inode.names) {
    DescribeTree(machine, child, absl::StrCat(path, "/", name), into);
  }
}

}  // namespace

std::vector<std::string> FakeKernel::Describe() {
  absl::MutexLock lock(&machine_.mutex);
  Lines lines;
  for (const auto& [id, on] : machine_.file_systems) {
    lines.push_back(absl::StrCat("file system ", id, " ", on.type, " ",
                                 on.device.major, ":", on.device.minor));
    DescribeTree(machine_, on.root, absl::StrCat("tree ", id, ":"), lines);
  }
  for (const int id : machine_.mount_order) {
    const Mount& mount = machine_.mounts.at(id);
    lines.push_back(absl::StrCat("mount ", mount.path, " of ",
                                 mount.file_system, ":", mount.root_path,
                                 fakes::Describe(mount.attributes)));
  }
  for (const auto& [number, loop] : machine_.loops) {
    if (!loop) continue;
    lines.push_back(absl::StrCat("loop ", number, " ", loop->config.name, " #",
                                 machine_.BackingInode(number), " ",
                                 loop->size));
  }
  lines.push_back(absl::StrCat("descriptors ", machine_.fds.size(), " mounts ",
                               machine_.mounts.size(), " files formatted ",
                               formatted_.size(), " violations ",
                               machine_.violations.size()));
  return lines;
}

std::string Difference(const std::vector<std::string>& before,
                       const std::vector<std::string>& after) {
  std::string text;
  const auto add = [&text](const char* sign, const Lines& lines,
                           const Lines& others) {
    for (const std::string& line : lines) {
      if (std::find(others.begin(), others.end(), line) == others.end()) {
        absl::StrAppend(&text, sign, line, "\n");
      }
    }
  };
  if (before == after) return text;
  add("- ", before, after);
  add("+ ", after, before);
  return text.empty() ? "another order" : text;
}

}  // namespace holdfast::fakes
