// The calls of root::Csi on the services of a fake machine's daemon.

#ifndef HOLDFAST_TESTS_RACES_DIRECT_CSI_H_
#define HOLDFAST_TESTS_RACES_DIRECT_CSI_H_

#include <string>
#include <vector>

#include "tests/races/daemon.h"
#include "tests/root/fixture/csi.h"

namespace holdfast::races {

// As the other, with threads of the caller in place of those of a server.
// Thread-safe; the daemon must outlive it.
class DirectCsi {
 public:
  explicit DirectCsi(Daemon& daemon) : daemon_(daemon) {}

  absl::StatusOr<root::VolumeFact> CreateVolume(const root::CreateArgs& args);
  absl::Status DeleteVolume(const std::string& id);
  absl::StatusOr<std::vector<root::VolumeFact>> ListVolumes();
  absl::StatusOr<int64_t> ControllerExpand(const std::string& id,
                                           int64_t bytes);
  absl::StatusOr<root::SnapshotFact> CreateSnapshot(const std::string& name,
                                                    const std::string& volume);
  absl::Status DeleteSnapshot(const std::string& id);
  absl::StatusOr<std::vector<root::SnapshotFact>> ListSnapshots();

  absl::Status Stage(const root::NodeArgs& args);
  absl::Status Unstage(const root::NodeArgs& args);
  absl::Status Publish(const root::NodeArgs& args);
  absl::Status Unpublish(const root::NodeArgs& args);

 private:
  Daemon& daemon_;
};

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_DIRECT_CSI_H_
