#include "backend/pool/layout.h"

namespace holdfast::pool {

std::vector<std::string> Layout::Directories() const {
  return {Volumes(), Snapshots(), Groups(), Templates(), Incoming(), Trash()};
}

}  // namespace holdfast::pool
