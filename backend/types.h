// The vocabulary of the driver's inside: what travels below the CSI services.

#ifndef HOLDFAST_BACKEND_TYPES_H_
#define HOLDFAST_BACKEND_TYPES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace holdfast::backend {

enum class AccessType { kMount, kBlock };

// The numbers are those of csi.v1.VolumeCapability.AccessMode.Mode.
enum class AccessMode {
  kSingleNodeWriter = 1,
  kSingleNodeReaderOnly = 2,
  kMultiNodeReaderOnly = 3,
  kMultiNodeSingleWriter = 4,
  kMultiNodeMultiWriter = 5,
  kSingleNodeSingleWriter = 6,
  kSingleNodeMultiWriter = 7,
};

// True for the modes in which nobody may write.
bool IsReaderOnly(AccessMode mode);
// "SINGLE_NODE_WRITER", as CSI spells it.
std::string Name(AccessMode mode);

// Bytes; zero means "not given" (csi.v1.CapacityRange). Never negative:
// validated at the services.
struct CapacityRange {
  int64_t required_bytes = 0;
  int64_t limit_bytes = 0;
  friend bool operator==(const CapacityRange&, const CapacityRange&) = default;
};

// True if a volume of this size satisfies the range.
bool Satisfies(int64_t size_bytes, const CapacityRange& range);

struct ContentSource {
  enum class Kind { kNone, kSnapshot, kVolume };
  Kind kind = Kind::kNone;
  std::string id;
  friend bool operator==(const ContentSource&, const ContentSource&) = default;
};

// What a volume is to its users, apart from size; a restore or clone keeps it.
struct Format {
  AccessType access_type = AccessType::kMount;
  // "ext4"; empty for block, and in a request that leaves the choice open.
  std::string fs_type;
  uint32_t logical_block_bytes = 4096;
};

// A request for a volume, with everything that decides whether a volume of
// that name is the one meant.
struct VolumeSpec {
  std::string name;  // CSI name: any Unicode, at most 128 bytes
  CapacityRange capacity;
  AccessType access_type = AccessType::kMount;
  // As asked; empty means the source's type, or ext4.
  std::string fs_type;
  ContentSource source;
  // StorageClass parameters with mutable ones over them, effective values,
  // without csi.storage.k8s.io/*.
  std::map<std::string, std::string> parameters;
  // For people and metrics; not compared.
  std::string claim_namespace;
  std::string claim_name;
  std::string persistent_volume_name;
};

// ControllerPublishVolume was answered for this node.
struct Publication {
  std::string node_id;
  bool read_only = false;
  AccessMode access_mode = AccessMode::kSingleNodeWriter;
  friend bool operator==(const Publication&, const Publication&) = default;
};

struct Volume {
  std::string id;
  int64_t size_bytes = 0;
  Format format;
  VolumeSpec spec;  // as first asked for, fs_type resolved
  absl::Time created_at;
  // When its data was last changed: equal to `created_at` exactly while nobody
  // has written to it or grown it since it was made.
  absl::Time modified_at;
  // What it takes up by itself or together with others that share its blocks.
  int64_t allocated_bytes = 0;
  std::vector<Publication> publications;
};

struct SnapshotSpec {
  std::string name;
  std::string source_volume_id;
  std::map<std::string, std::string> parameters;
};

struct Snapshot {
  std::string id;
  std::string name;
  std::string source_volume_id;
  int64_t size_bytes = 0;  // of the volume when it was cut: least restore size
  Format format;
  absl::Time created_at;
  std::map<std::string, std::string> parameters;
};

// A page of a listing: objects with ids greater than `after`, in order of id,
// so that a page's end stays valid when objects go.
struct PageRequest {
  std::string after;    // id; empty: from the beginning
  int max_entries = 0;  // 0: all
};

template <typename T>
struct Page {
  std::vector<T> entries;
  bool more = false;  // there are objects after the last entry
};

struct SnapshotFilter {
  std::string snapshot_id;       // empty: any
  std::string source_volume_id;  // empty: any
};

struct Capacity {
  int64_t available_bytes = 0;
  int64_t maximum_volume_bytes = 0;
  int64_t minimum_volume_bytes = 0;
};

// What GetCapacity is asked about.
struct CapacityQuery {
  AccessType access_type = AccessType::kMount;
  std::string fs_type;
  std::map<std::string, std::string> parameters;
};

enum class AttachMode { kReadWrite, kReadOnly };

// A volume's block device on this machine.
struct Attachment {
  std::string device_path;  // "/dev/loop7"
  int64_t size_bytes = 0;
};

struct AttachedVolume {
  Volume volume;
  AttachMode mode = AttachMode::kReadWrite;
  Attachment attachment;
};

// A pool as people and ids call it.
struct PoolIdentity {
  std::string name;  // what the parameter "pool" says
  std::string home;  // as ids have it (base/ids.h)
  friend bool operator==(const PoolIdentity&, const PoolIdentity&) = default;
};

struct PoolState {
  PoolIdentity identity;
  std::string uuid;
  std::string place;            // "/var/lib/holdfast/pool"
  int64_t size_bytes = 0;       // of the storage under it
  int64_t free_bytes = 0;       // not written yet
  int64_t usable_bytes = 0;     // what may be promised
  int64_t promised_bytes = 0;   // to volumes, snapshots, templates and trash
  int64_t trash_bytes = 0;      // of that: given back when a create needs it
  int64_t available_bytes = 0;  // what may still be promised, trash included
};

// A deleted volume or snapshot.
struct TrashedObject {
  std::string key;  // "<id>.<time of deletion in nanoseconds since 1970>"
  std::string id;
  std::string name;             // as CSI named it; empty if unreadable
  std::string claim_namespace;  // likewise
  std::string claim_name;
  int64_t size_bytes = 0;
  absl::Time deleted_at;
  absl::Time purge_at;  // when its space is given back at the latest
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_TYPES_H_
