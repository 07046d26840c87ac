// The inodes of the fake machine, their names, and what of both would survive
// a power cut.

#ifndef HOLDFAST_TESTS_FAKES_DISK_H_
#define HOLDFAST_TESTS_FAKES_DISK_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "os/files.h"
#include "tests/fakes/data.h"

namespace holdfast::fakes {

struct Inode {
  InodeId root = 0;  // of the tree that it belongs to
  os::FileKind kind = os::FileKind::kRegular;
  os::DeviceNumber device;  // of a device node
  absl::Time modified;
  Data live;
  Data durable;
  // A directory's entries.
  std::map<std::string, InodeId> names;
  std::map<std::string, InodeId> durable_names;
  // What keeps it: names, names after a power cut, changes of names that are
  // not durable yet, and whoever has it open (descriptors, mounts).
  int links = 0;
  int durable_links = 0;
  int changes = 0;
  int opens = 0;
  bool unnamed = false;  // made without a name (O_TMPFILE): may be linked
};

// Rules of durability, strict where file systems differ:
// - Size, attributes and contents become durable by SyncFile.
// - A new name (create, link, make directory) becomes durable by
//   SyncDirectory of its directory; that of a file also by SyncFile, as on XFS
//   (the link is in the inode's log item), but not on ext2 (Machine::SyncFile,
//   fsync(2)). A new directory's name needs SyncDirectory of its parent.
// - A removed name becomes durable by SyncDirectory.
// - A rename becomes durable, as a whole, when both directories were synced
//   after it (XFS is content with either).
// - Changes of one name become durable in their order.
// - SyncTree makes everything of a file system durable.
// Not thread-safe: the machine's mutex guards it.
class Disk {
 public:
  // A new file system's empty root directory, never freed.
  InodeId MakeTree();
  // An inode without a name.
  InodeId Make(InodeId root, os::FileKind kind);
  // Must exist.
  Inode& Get(InodeId id) { return inodes_.at(id); }
  const Inode& Get(InodeId id) const { return inodes_.at(id); }
  std::optional<InodeId> Find(InodeId directory, const std::string& name) const;

  void AddName(InodeId directory, const std::string& name, InodeId inode);
  void RemoveName(InodeId directory, const std::string& name);
  struct Name {
    InodeId directory = 0;
    std::string name;
  };
  // What has the name `to` loses it, in the same change.
  void MoveName(const Name& from, const Name& to);

  void Open(InodeId id) { ++Get(id).opens; }
  // An inode without names goes with its last opener.
  void Close(InodeId id);

  void SyncFile(InodeId id);
  void SyncDirectory(InodeId id);
  void SyncTree(InodeId root);

  // A copy of the durable state of a tree: what a clone of the device holds.
  InodeId CopyTree(InodeId root);
  // Drops what is not durable, and every opener.
  void PowerCut();

  // Writes data, in blocks of their own. False if `room` bytes are not enough.
  bool Write(InodeId id, int64_t offset, int64_t length, int64_t room);
  // Gives the first `length` bytes blocks of their own: holes, and what other
  // files of the tree share. False if `room` bytes are not enough.
  bool AllocateOwn(InodeId id, int64_t length, int64_t room);
  // What the files of a tree take up; what clones share counts once.
  int64_t UsedBytes(InodeId root) const;
  int64_t UsedInodes(InodeId root) const;

 private:
  // True if another file has a block of this extent.
  bool IsShared(InodeId id, const Extent& extent) const;
  // A change of names that is not durable yet. Either end may be absent.
  struct Change {
    InodeId inode = 0;
    Name from;
    Name to;
    InodeId replaced = 0;  // what had the name `to` before
    bool from_synced = false;
    bool to_synced = false;
  };
  void Note(Change change);
  // Makes durable what is synced and not held up by an earlier change.
  void Settle();
  void Apply(const Change& change);
  void FreeIfUnused(InodeId id);
  void Free(InodeId id);

  InodeId next_ = 100;
  int64_t next_physical_ = 1 << 20;
  std::map<InodeId, Inode> inodes_;
  std::vector<Change> changes_;
};

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_DISK_H_
