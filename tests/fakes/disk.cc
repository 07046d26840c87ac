#include "tests/fakes/disk.h"

#include <algorithm>
#include <set>

#include "absl/time/clock.h"

namespace holdfast::fakes {
namespace {

Extent Hole(int64_t length) { return {.length = length, .is_written = false}; }

}  // namespace

InodeId Disk::MakeTree() {
  const InodeId id = Make(0, os::FileKind::kDirectory);
  Get(id).root = id;
  Open(id);
  return id;
}

InodeId Disk::Make(InodeId root, os::FileKind kind) {
  const InodeId id = next_++;
  Inode& inode = inodes_[id];
  inode.root = root;
  inode.kind = kind;
  inode.modified = absl::Now();
  return id;
}

std::optional<InodeId> Disk::Find(InodeId directory,
                                  const std::string& name) const {
  const auto& names = Get(directory).names;
  auto it = names.find(name);
  if (it == names.end()) return std::nullopt;
  return it->second;
}

void Disk::AddName(InodeId directory, const std::string& name, InodeId inode) {
  Get(directory).names[name] = inode;
  ++Get(inode).links;
  Note({.inode = inode, .to = {directory, name}});
}

void Disk::RemoveName(InodeId directory, const std::string& name) {
  const InodeId inode = Get(directory).names.at(name);
  Get(directory).names.erase(name);
  --Get(inode).links;
  Note({.inode = inode, .from = {directory, name}});
  FreeIfUnused(inode);
}

void Disk::MoveName(const Name& from, const Name& to) {
  const InodeId inode = Get(from.directory).names.at(from.name);
  Get(from.directory).names.erase(from.name);
  const InodeId replaced = Find(to.directory, to.name).value_or(0);
  if (replaced != 0) {
    --Get(replaced).links;
    ++Get(replaced).changes;
  }
  Get(to.directory).names[to.name] = inode;
  Note({.inode = inode, .from = from, .to = to, .replaced = replaced});
}

void Disk::Close(InodeId id) {
  --Get(id).opens;
  FreeIfUnused(id);
}

void Disk::Note(Change change) {
  ++Get(change.inode).changes;
  change.from_synced = change.from.directory == 0;
  change.to_synced = change.to.directory == 0;
  changes_.push_back(std::move(change));
}

void Disk::SyncFile(InodeId id) {
  Inode& inode = Get(id);
  inode.durable = inode.live;
  for (Change& change : changes_) {
    const bool is_new_name = change.from.directory == 0;
    if (change.inode == id && is_new_name) change.to_synced = true;
  }
  Settle();
}

void Disk::SyncDirectory(InodeId id) {
  for (Change& change : changes_) {
    if (change.from.directory == id) change.from_synced = true;
    if (change.to.directory == id) change.to_synced = true;
  }
  Settle();
}

void Disk::SyncTree(InodeId root) {
  for (Change& change : changes_) {
    if (Get(change.inode).root == root) {
      change.from_synced = change.to_synced = true;
    }
  }
  for (auto& [id, inode] : inodes_) {
    if (inode.root == root) inode.durable = inode.live;
  }
  Settle();
}

void Disk::Settle() {
  std::vector<Change> waiting;
  std::vector<InodeId> touched;
  std::set<std::pair<InodeId, std::string>> held_up;
  for (const Change& change : changes_) {
    const std::pair from(change.from.directory, change.from.name);
    const std::pair to(change.to.directory, change.to.name);
    if (change.from_synced && change.to_synced && !held_up.contains(from) &&
        !held_up.contains(to)) {
      Apply(change);
      touched.push_back(change.inode);
      touched.push_back(change.replaced);
      continue;
    }
    if (from.first != 0) held_up.insert(from);
    if (to.first != 0) held_up.insert(to);
    waiting.push_back(change);
  }
  changes_ = std::move(waiting);
  for (InodeId id : touched) FreeIfUnused(id);
}

void Disk::Apply(const Change& change) {
  Inode& inode = Get(change.inode);
  --inode.changes;
  // A directory that is gone for good has taken its durable names with it.
  auto from = inodes_.find(change.from.directory);
  if (from != inodes_.end() &&
      from->second.durable_names.erase(change.from.name) > 0) {
    --inode.durable_links;
  }
  if (change.replaced != 0) --Get(change.replaced).changes;
  auto to = inodes_.find(change.to.directory);
  if (to != inodes_.end()) {
    if (change.replaced != 0) --Get(change.replaced).durable_links;
    to->second.durable_names[change.to.name] = change.inode;
    ++inode.durable_links;
  }
}

void Disk::FreeIfUnused(InodeId id) {
  auto it = inodes_.find(id);
  if (it == inodes_.end()) return;
  const Inode& inode = it->second;
  if (inode.links + inode.durable_links + inode.changes + inode.opens == 0) {
    Free(id);
  }
}

void Disk::Free(InodeId id) {
  const auto node = inodes_.extract(id);
  for (const auto& [name, child] : node.mapped().durable_names) {
    --Get(child).durable_links;
    FreeIfUnused(child);
  }
}

InodeId Disk::CopyTree(InodeId root) {
  const InodeId copy = MakeTree();
  std::vector<std::pair<InodeId, InodeId>> work = {{root, copy}};
  while (!work.empty()) {
    const auto [from, to] = work.back();
    work.pop_back();
    for (const auto& [name, child] : Get(from).durable_names) {
      const InodeId twin = Make(copy, Get(child).kind);
      Inode& inode = Get(twin);
      inode.device = Get(child).device;
      inode.modified = Get(child).modified;
      inode.live = inode.durable = Get(child).durable;
      inode.links = inode.durable_links = 1;
      Get(to).names[name] = Get(to).durable_names[name] = twin;
      work.emplace_back(child, twin);
    }
  }
  return copy;
}

void Disk::PowerCut() {
  changes_.clear();
  std::vector<InodeId> ids;
  for (auto& [id, inode] : inodes_) {
    inode.live = inode.durable;
    inode.names = inode.durable_names;
    inode.links = inode.durable_links;
    inode.changes = 0;
    inode.opens = inode.root == id ? 1 : 0;
    ids.push_back(id);
  }
  for (InodeId id : ids) {
    auto it = inodes_.find(id);
    if (it == inodes_.end()) continue;
    if (it->second.durable_links + it->second.opens > 0) continue;
    for (const auto& [name, child] : it->second.names) --Get(child).links;
    FreeIfUnused(id);
  }
}

bool Disk::Write(InodeId id, int64_t offset, int64_t length, int64_t room) {
  if (length <= 0) return true;
  const int64_t blocks =
      (offset % kBlockBytes + length + kBlockBytes - 1) / kBlockBytes;
  if (blocks * kBlockBytes > room) return false;
  Inode& inode = Get(id);
  next_physical_ += Allocate(inode.live, offset, length, next_physical_);
  inode.modified = absl::Now();
  return true;
}

bool Disk::IsShared(InodeId id, const Extent& extent) const {
  const auto overlaps = [&extent](const auto& entry) {
    const Extent& other = entry.second;
    return other.physical < extent.physical + extent.length &&
           extent.physical < other.physical + other.length;
  };
  return std::any_of(inodes_.begin(), inodes_.end(), [&](const auto& entry) {
    const auto& extents = entry.second.live.extents;
    return entry.first != id && entry.second.root == Get(id).root &&
           std::any_of(extents.begin(), extents.end(), overlaps);
  });
}

bool Disk::AllocateOwn(InodeId id, int64_t length, int64_t room) {
  std::map<int64_t, Extent> missing;
  int64_t end = 0;
  for (const auto& [offset, extent] : Get(id).live.extents) {
    if (offset >= length) break;
    if (offset > end) missing[end] = Hole(offset - end);
    if (IsShared(id, extent)) missing[offset] = extent;
    end = offset + extent.length;
  }
  if (end < length) missing[end] = Hole(length - end);
  int64_t needed = 0;
  for (const auto& [offset, extent] : missing) needed += extent.length;
  if (needed > room) return false;
  for (const auto& [offset, extent] : missing) {
    Write(id, offset, extent.length, room);
    Get(id).live.extents.at(offset).is_written = extent.is_written;
  }
  return true;
}

int64_t Disk::UsedBytes(InodeId root) const {
  std::vector<std::pair<int64_t, int64_t>> runs;
  for (const auto& [id, inode] : inodes_) {
    if (inode.root != root || inode.links + inode.opens == 0) continue;
    for (const auto& [offset, extent] : inode.live.extents) {
      runs.emplace_back(extent.physical, extent.physical + extent.length);
    }
  }
  std::sort(runs.begin(), runs.end());
  int64_t used = 0;
  int64_t seen_to = 0;
  for (const auto& [begin, end] : runs) {
    used += std::max<int64_t>(0, end - std::max(begin, seen_to));
    seen_to = std::max(seen_to, end);
  }
  return used;
}

int64_t Disk::UsedInodes(InodeId root) const {
  return std::count_if(inodes_.begin(), inodes_.end(), [&](const auto& entry) {
    const Inode& inode = entry.second;
    return inode.root == root && inode.links + inode.opens > 0;
  });
}

}  // namespace holdfast::fakes
