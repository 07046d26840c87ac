// The parameters of StorageClass and VolumeSnapshotClass that a pool knows.
// docs/parameters.md is held to this table by a test.

#ifndef HOLDFAST_BACKEND_POOL_PARAMETERS_H_
#define HOLDFAST_BACKEND_POOL_PARAMETERS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace holdfast::pool {

using Parameters = std::map<std::string, std::string>;

inline constexpr char kMkfsOptionsParameter[] = "mkfsOptions";
inline constexpr char kProvisioningParameter[] = "provisioning";
inline constexpr char kLogicalBlockBytesParameter[] = "logicalBlockBytes";

struct KnownParameter {
  std::string key;
  std::string meaning;  // in one line
};

// Of a StorageClass, in the order of the documentation.
const std::vector<KnownParameter>& KnownVolumeParameters();

enum class Provisioning {
  kThin,   // space is taken up as it is written
  kThick,  // all of it before the volume is acknowledged, and kept
};

// What the parameters of a StorageClass ask for.
struct VolumeParameters {
  // Pairs of an option and its value; only for a new file system.
  std::vector<std::string> mkfs_options;
  Provisioning provisioning = Provisioning::kThin;
  // 512 or 4096; nothing: the source's, or 4096.
  std::optional<uint32_t> logical_block_bytes;
};

// INVALID_ARGUMENT, naming all mistakes: an unknown key (with the list of
// known ones), a value that cannot be. A typing error must not silently give a
// volume that is not what was meant. `fs_type` decides which mkfs options are
// allowed; it is empty for a block volume, which has none. Keys of
// csi.storage.k8s.io/ were taken out by the services.
absl::StatusOr<VolumeParameters> ParseVolumeParameters(
    const Parameters& parameters, const std::string& fs_type);

// Of an existing volume, whose parameters were parsed when it was made.
Provisioning ProvisioningOf(const Parameters& parameters);

// There are none yet.
absl::Status CheckSnapshotParameters(const Parameters& parameters);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_PARAMETERS_H_
