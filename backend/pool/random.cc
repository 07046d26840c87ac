#include "backend/pool/random.h"

#include <openssl/rand.h>

namespace holdfast::pool {

absl::StatusOr<std::string> RandomBytes(int count) {
  std::string bytes(static_cast<size_t>(count), '\0');
  auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
  if (RAND_bytes(out, count) == 1) return bytes;
  return absl::UnavailableError(
      "the machine has no random numbers now (RAND_bytes). Try again");
}

}  // namespace holdfast::pool
