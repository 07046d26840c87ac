// A small typed CSI client: one function per call, in our own words.

#ifndef HOLDFAST_CLI_CSI_CLIENT_H_
#define HOLDFAST_CLI_CSI_CLIENT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "backend/types.h"
#include "cli/connection.h"

namespace holdfast::cli {

struct PluginInfo {
  std::string name;
  std::string version;
};

struct VolumeInfo {
  std::string id;
  int64_t size_bytes = 0;
};

// One volume at its places on a node.
struct Placement {
  std::string volume_id;
  std::string staging_path;
  std::string target_path;  // only publish and unpublish read it
  backend::AccessType access_type = backend::AccessType::kMount;
  backend::AccessMode access_mode = backend::AccessMode::kSingleNodeWriter;
  // Publish only. An enum rather than a bool, as at the backend.
  backend::AttachMode mode = backend::AttachMode::kReadWrite;
};

// Speaks to one server. Answers carry the code and message of the wire; see
// Connection.
//
// Thread-safe.
class CsiClient {
 public:
  // See Connection::Open.
  static absl::StatusOr<std::unique_ptr<CsiClient>> Connect(
      absl::string_view endpoint, const Connection::Options& options = {});
  ~CsiClient();

  // Identity. Probe is OK when the server says that it is ready, and
  // UNAVAILABLE otherwise.
  absl::Status Probe();
  absl::StatusOr<PluginInfo> GetPluginInfo();

  // Controller.
  absl::StatusOr<VolumeInfo> CreateVolume(const backend::VolumeSpec& spec);
  absl::Status DeleteVolume(const std::string& id);
  // The new size; the volume is mounted or a block device, as `type` says.
  absl::StatusOr<int64_t> ExpandVolume(const std::string& id, int64_t bytes,
                                       backend::AccessType type);
  // The id of the snapshot.
  absl::StatusOr<std::string> CreateSnapshot(const std::string& name,
                                             const std::string& volume_id);
  absl::Status DeleteSnapshot(const std::string& id);
  absl::StatusOr<backend::Capacity> GetCapacity();

  // Node.
  absl::StatusOr<std::string> GetNodeId();
  absl::Status Stage(const Placement& placement);
  absl::Status Unstage(const Placement& placement);
  absl::Status Publish(const Placement& placement);
  absl::Status Unpublish(const Placement& placement);

 private:
  struct Stubs;
  CsiClient(std::unique_ptr<Stubs> stubs, Connection connection);

  const std::unique_ptr<Stubs> stubs_;
  const Connection connection_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_CSI_CLIENT_H_
