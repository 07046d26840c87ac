// Who this driver is, to orchestrators and to its own other half.

#ifndef HOLDFAST_IDENTITY_DRIVER_INFO_H_
#define HOLDFAST_IDENTITY_DRIVER_INFO_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace holdfast::identity {

// The plugin name (CSI spec: at most 63 bytes, in domain name notation). It is
// written into every PersistentVolume and never changes.
inline constexpr char kDriverName[] = "csi.holdfast.dev";

// The topology key of a machine; its value is the node's name.
inline constexpr char kTopologyKey[] = "csi.holdfast.dev/node";

// What the agent of a node announces in the manifest of GetPluginInfo.
// Its pools, in their order: "name=home,name=home". The home of one that is not
// open yet is empty: "name=,name=home".
inline constexpr char kManifestPools[] = "pools";
inline constexpr char kManifestNode[] = "node";  // the node's name

// The version of this build: "0.1.0".
absl::string_view DriverVersion();

}  // namespace holdfast::identity

#endif  // HOLDFAST_IDENTITY_DRIVER_INFO_H_
