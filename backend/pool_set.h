// Several pools of one machine, as one backend.

#ifndef HOLDFAST_BACKEND_POOL_SET_H_
#define HOLDFAST_BACKEND_POOL_SET_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "backend/forwarding_backend.h"

namespace holdfast::backend {

// Routes each verb to the pool that it concerns, by the home in an id and by
// the parameter "pool". A member's backend has one pool once it is open and
// none before (LateBackend); nothing else is asked of it meanwhile but what
// concerns it, and its answer is then the verb's.
//
// - A new volume goes to the pool of its source, else to the one that the
//   parameter names, else to the first. INVALID_ARGUMENT if the parameter names
//   a pool that is not in the set, or another than the source's.
// - A name that an open pool has already is not given to a second volume or
//   snapshot in another: ALREADY_EXISTS, naming where it is.
// - An id of no open pool is NOT_FOUND, or UNAVAILABLE while some pool is not
//   open: it may be that one's.
// - Lists are of all pools, merged; UNAVAILABLE while some pool is not open,
//   since a list that leaves objects out would be a lie.
// - Capacity is that of the pool where a volume of that query would go.
//
// Thread-safe if its members are.
class PoolSet final : public ForwardingBackend {
 public:
  struct Member {
    std::string name;
    Backend& backend;  // outlives the set
  };

  // At least one, with different names; the first is the one for volumes that
  // name none.
  explicit PoolSet(std::vector<Member> members)
      : members_(std::move(members)) {}

  // Those that are open.
  std::vector<PoolIdentity> Pools() const override;
  absl::StatusOr<PoolState> GetPool(const std::string& home) override;
  absl::StatusOr<std::string> VolumeId(const VolumeSpec& spec) const override;
  absl::StatusOr<std::string> SnapshotId(
      const SnapshotSpec& spec) const override;
  absl::StatusOr<Volume> CreateVolume(const VolumeSpec& spec,
                                      Operation& operation) override;
  absl::StatusOr<Page<Volume>> ListVolumes(const PageRequest& page) override;
  absl::StatusOr<Snapshot> CreateSnapshot(const SnapshotSpec& spec,
                                          Operation& operation) override;
  absl::StatusOr<Page<Snapshot>> ListSnapshots(
      const SnapshotFilter& filter, const PageRequest& page) override;
  absl::StatusOr<Capacity> GetCapacity(const CapacityQuery& query) override;
  // Of the pools that are open: the figures of one pool's volumes do not wait
  // for another pool.
  absl::StatusOr<std::vector<AttachedVolume>> ListAttached() override;
  absl::StatusOr<Page<TrashedObject>> ListTrash(
      const PageRequest& page) override;

 private:
  using Parameters = std::map<std::string, std::string>;
  using ExistsIn = std::function<absl::Status(Backend& backend)>;

  absl::StatusOr<Backend*> Route(const std::string& id) const override;
  absl::StatusOr<const Member*> WithHome(const std::string& home) const;
  absl::StatusOr<const Member*> WithId(const std::string& id) const;
  absl::StatusOr<const Member*> Named(const Parameters& parameters) const;
  absl::StatusOr<const Member*> ForVolume(const VolumeSpec& spec) const;
  // ALREADY_EXISTS if `look` is OK for an open pool other than `home`.
  absl::Status CheckNotElsewhere(const std::string& name, const Member& home,
                                 const ExistsIn& look) const;
  std::string Names() const;

  const std::vector<Member> members_;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_POOL_SET_H_
