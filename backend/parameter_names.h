// The parameters of a StorageClass that more than one room reads.

#ifndef HOLDFAST_BACKEND_PARAMETER_NAMES_H_
#define HOLDFAST_BACKEND_PARAMETER_NAMES_H_

namespace holdfast::backend {

// Names the pool for a new volume.
inline constexpr char kPoolParameter[] = "pool";

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_PARAMETER_NAMES_H_
