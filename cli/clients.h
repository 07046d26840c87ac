// Clients of the daemons that a command asks.

#ifndef HOLDFAST_CLI_CLIENTS_H_
#define HOLDFAST_CLI_CLIENTS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/csi_client.h"
#include "cli/options.h"
#include "holdfast/v1/admin.pb.h"

namespace holdfast::cli {

// CSI at --endpoint.
absl::StatusOr<std::unique_ptr<CsiClient>> ConnectController(
    const Servers& servers);
// CSI at --node_endpoint.
absl::StatusOr<std::unique_ptr<CsiClient>> ConnectNode(const Servers& servers);

// The volume that a person means by an id, a name or a claim; see
// AdminClient::FindVolume. Where --endpoint is a CSI driver without the Admin
// service, `word` is taken for the id of a volume with a file system.
absl::StatusOr<v1::Volume> LookUpVolume(const Servers& servers,
                                        const std::string& word);
absl::StatusOr<v1::Snapshot> LookUpSnapshot(const Servers& servers,
                                            const std::string& word);

backend::AccessType AccessTypeOf(v1::AccessType type);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_CLIENTS_H_
