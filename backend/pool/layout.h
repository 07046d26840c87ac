// Where everything is in a pool's directory.

#ifndef HOLDFAST_BACKEND_POOL_LAYOUT_H_
#define HOLDFAST_BACKEND_POOL_LAYOUT_H_

#include <string>
#include <utility>
#include <vector>

namespace holdfast::pool {

// The tree, format version 1:
//
//   POOL               header in protobuf text format; flock'd by its owner
//   volumes/<id>       data file, its record in an extended attribute of it
//   snapshots/<id>     likewise
//   groups/<gid>/<id>  members of a group snapshot
//   templates/<key>    images with an empty file system, to clone from
//   incoming/          work in progress: removed when the pool is opened
//   trash/<id>.<ns>    deleted objects, by time of deletion in nanoseconds
//                      since 1970: a name may be made and deleted again
//
// Immutable, thread-safe. Nothing here touches the file system.
class Layout {
 public:
  explicit Layout(std::string root) : root_(std::move(root)) {}

  const std::string& root() const { return root_; }
  std::string Header() const { return root_ + "/POOL"; }
  std::string Volumes() const { return root_ + "/volumes"; }
  std::string Snapshots() const { return root_ + "/snapshots"; }
  std::string Groups() const { return root_ + "/groups"; }
  std::string Templates() const { return root_ + "/templates"; }
  std::string Incoming() const { return root_ + "/incoming"; }
  std::string Trash() const { return root_ + "/trash"; }

  // `id` is well-formed (PoolIds), so it cannot lead out of its directory.
  std::string Volume(const std::string& id) const {
    return Volumes() + "/" + id;
  }
  std::string Snapshot(const std::string& id) const {
    return Snapshots() + "/" + id;
  }
  std::string Template(const std::string& key) const {
    return Templates() + "/" + key;
  }
  std::string IncomingFile(const std::string& name) const {
    return Incoming() + "/" + name;
  }
  std::string Trashed(const std::string& name) const {
    return Trash() + "/" + name;
  }

  // All directories below the root.
  std::vector<std::string> Directories() const;

 private:
  std::string root_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_LAYOUT_H_
