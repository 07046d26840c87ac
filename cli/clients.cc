#include "cli/clients.h"

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"
#include "cli/admin_client.h"

namespace holdfast::cli {
namespace {

// A name, taken for an id, would be deleted without a word: deleting what is
// not there is OK.
absl::Status CheckIsId(const std::string& word) {
  if (ParseId(word)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      Quote(word), " is no id, and this server cannot look up names"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CsiClient>> ConnectController(
    const Servers& servers) {
  return CsiClient::Connect(servers.endpoint, {.timeout = servers.timeout});
}

absl::StatusOr<std::unique_ptr<CsiClient>> ConnectNode(const Servers& servers) {
  return CsiClient::Connect(servers.node_endpoint,
                            {.timeout = servers.timeout});
}

absl::StatusOr<v1::Volume> LookUpVolume(const Servers& servers,
                                        const std::string& word) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(servers));
  auto found = admin.FindVolume(word);
  if (!absl::IsUnimplemented(found.status())) return found;
  RETURN_IF_ERROR(CheckIsId(word));
  v1::Volume volume;
  volume.set_id(word);
  volume.set_access_type(v1::ACCESS_TYPE_MOUNT);
  return volume;
}

absl::StatusOr<v1::Snapshot> LookUpSnapshot(const Servers& servers,
                                            const std::string& word) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(servers));
  auto found = admin.FindSnapshot(word);
  if (!absl::IsUnimplemented(found.status())) return found;
  RETURN_IF_ERROR(CheckIsId(word));
  v1::Snapshot snapshot;
  snapshot.set_id(word);
  snapshot.set_access_type(v1::ACCESS_TYPE_MOUNT);
  return snapshot;
}

backend::AccessType AccessTypeOf(v1::AccessType type) {
  return type == v1::ACCESS_TYPE_BLOCK ? backend::AccessType::kBlock
                                       : backend::AccessType::kMount;
}

}  // namespace holdfast::cli
