#include "identity/driver_info.h"

namespace holdfast::identity {

absl::string_view DriverVersion() { return HOLDFAST_VERSION; }

}  // namespace holdfast::identity
