#include <unistd.h>

#include <algorithm>
#include <climits>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/fs_traits.h"
#include "base/log.h"
#include "driver/checks.h"
#include "driver/common_flags.h"
#include "driver/options.h"
#include "rpc/endpoint.h"

ABSL_FLAG(std::string, agent_endpoint, "",
          "Socket on which the controller reaches this node's pools: "
          "unix:///absolute/path.sock.");
ABSL_FLAG(std::vector<std::string>, pool, {},
          "Pools of this node, as [NAME=]PATH, separated by commas or given "
          "several times. PATH is a directory, a block device or an image "
          "file made by `holdfast pool init`; NAME is what the parameter "
          "\"pool\" of a StorageClass says, by default \"default\". The first "
          "is for volumes that name none.");
ABSL_FLAG(std::string, pool_mounts, "/var/lib/holdfast/pools",
          "Directory in which pools on block devices and in image files are "
          "mounted, by their names.");
ABSL_FLAG(std::string, node_id, "",
          "Name by which the orchestrator knows this node. Default: the host "
          "name.");
ABSL_FLAG(std::string, default_fs_type, "ext4",
          "File system of volumes whose StorageClass names none: ext4, ext3, "
          "xfs or btrfs.");
ABSL_FLAG(double, pool_reserve_ratio, 0.03,
          "Part of the pool kept back for metadata and for space that a "
          "copy on write takes before it is needed.");
ABSL_FLAG(double, pool_overcommit_ratio, 1.0,
          "How much may be promised, as a multiple of what the pool can keep. "
          "Above 1 a full pool can fail writes.");
ABSL_FLAG(absl::Duration, trash_retention, absl::Hours(24),
          "How long what was deleted can be had back, as long as its room is "
          "not needed. 0: its space is given back at once.");

namespace holdfast::driver {
namespace {

constexpr absl::Duration kLongestRetention = absl::Hours(24 * 3650);

constexpr char kSummary[] =
    "holdfast-node: attaches, mounts and publishes volumes on this machine, "
    "and serves the pool that is on it.";

// The node's id is the value of its topology segment too (csi.v1.Topology), and
// that becomes the value of a label of the Kubernetes node ("Labels and
// Selectors", "Syntax and character set").
constexpr size_t kMaxLabelValueBytes = 63;

bool IsAlphanumeric(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c));
}

bool IsLabelValue(absl::string_view value) {
  constexpr absl::string_view kInside = "-_.";
  return !value.empty() && value.size() <= kMaxLabelValueBytes &&
         IsAlphanumeric(value.front()) && IsAlphanumeric(value.back()) &&
         std::all_of(value.begin(), value.end(), [&](char c) {
           return IsAlphanumeric(c) || kInside.find(c) != kInside.npos;
         });
}

std::string NodeIdFlag() {
  const std::string node_id = absl::GetFlag(FLAGS_node_id);
  if (!node_id.empty()) return node_id;
  char host_name[HOST_NAME_MAX + 1] = {};
  ::gethostname(host_name, sizeof(host_name) - 1);
  return host_name;
}

std::string KnownFsTypes() {
  return absl::StrJoin(backend::AllFsTraits(), ", ",
                       [](std::string* out, const backend::FsTraits& each) {
                         out->append(each.name);
                       });
}

void CheckFlags(const NodeOptions& options, Checks& checks) {
  CheckCommonFlags(checks);
  checks.RequireOk(rpc::ParseEndpoint(options.agent_endpoint).status(),
                   "agent_endpoint");
  checks.Require(options.agent_endpoint != options.endpoint, "agent_endpoint",
                 "another socket than --endpoint");
  checks.Require(absl::StartsWith(options.pool_mounts, "/"), "pool_mounts",
                 "the absolute path of a directory");
  checks.Require(
      IsLabelValue(options.node_id), "node_id",
      absl::StrCat("the value of a Kubernetes label (1 to 63 of "
                   "A-Z a-z 0-9 - _ . with a letter or digit at "
                   "both ends) and is ",
                   Quote(options.node_id), "; the default is the host name"));
  checks.Require(
      options.pool_reserve_ratio >= 0 && options.pool_reserve_ratio < 1,
      "pool_reserve_ratio", "at least 0 and less than 1");
  checks.Require(options.pool_overcommit_ratio >= 1, "pool_overcommit_ratio",
                 "1 or more");
  checks.Require(backend::FindFsTraits(options.default_fs_type) != nullptr,
                 "default_fs_type",
                 absl::StrCat("one of ", KnownFsTypes(), " and is ",
                              Quote(options.default_fs_type)));
  checks.Require(options.trash_retention >= absl::ZeroDuration() &&
                     options.trash_retention <= kLongestRetention,
                 "trash_retention", "between 0 and ten years (87600h)");
}

}  // namespace

NodeOptions ParseNodeOptions(int argc, char** argv) {
  Checks checks = ParseCommandLine(argc, argv, kSummary);
  NodeOptions options{
      .endpoint = EndpointFlag(),
      .agent_endpoint = absl::GetFlag(FLAGS_agent_endpoint),
      .pools = ReadPoolPlaces(absl::GetFlag(FLAGS_pool), checks),
      .pool_mounts = absl::GetFlag(FLAGS_pool_mounts),
      .node_id = NodeIdFlag(),
      .pool_reserve_ratio = absl::GetFlag(FLAGS_pool_reserve_ratio),
      .pool_overcommit_ratio = absl::GetFlag(FLAGS_pool_overcommit_ratio),
      .trash_retention = absl::GetFlag(FLAGS_trash_retention),
      .default_fs_type = absl::GetFlag(FLAGS_default_fs_type),
      .http_address = absl::GetFlag(FLAGS_http_address),
      .shutdown_grace = absl::GetFlag(FLAGS_shutdown_grace),
      .log_verbosity = absl::GetFlag(FLAGS_log_verbosity),
  };
  CheckFlags(options, checks);
  checks.ExitOnMistakes();
  return options;
}

}  // namespace holdfast::driver
