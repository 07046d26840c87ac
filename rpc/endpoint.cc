#include "rpc/endpoint.h"

#include <algorithm>
#include <random>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::rpc {
namespace {

// sizeof(sockaddr_un::sun_path) less the closing zero (unix(7)).
constexpr size_t kLongestSocketPath = 107;
// What TemporarySocketPath adds: two dots and eight digits.
constexpr size_t kTemporaryBytes = 10;
constexpr int kLargestPort = 65535;

absl::Status Refuse(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("The endpoint ", Quote(text), " ", why,
                   "; give one of the form unix:///run/holdfast/csi.sock"));
}

bool IsPlain(absl::string_view path) {
  constexpr absl::string_view kPunctuation = "/._-+@~=,:";
  return std::all_of(path.begin(), path.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kPunctuation.find(c) != absl::string_view::npos;
  });
}

bool HasOddParts(absl::string_view path) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(path.substr(1), '/');
  return std::any_of(parts.begin(), parts.end(), [](absl::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

absl::Status CheckLength(absl::string_view text, absl::string_view path) {
  const size_t needed = path.size() + kTemporaryBytes;
  if (needed <= kLongestSocketPath) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "The endpoint ", Quote(text), " needs a socket address of ", needed,
      " bytes (those of its temporary name included) and the kernel allows ",
      kLongestSocketPath, "; choose a shorter directory"));
}

absl::Status RefuseHostPort(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("The address ", Quote(text), " ", why,
                   "; give one of the form 127.0.0.1:9810 or :9810"));
}

}  // namespace

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text) {
  absl::string_view path = text;
  if (!absl::ConsumePrefix(&path, "unix://")) {
    return Refuse(text, "is not a unix socket");
  }
  if (!absl::StartsWith(path, "/")) {
    return Refuse(text, "has no absolute path");
  }
  if (!IsPlain(path)) {
    return Refuse(text,
                  "has characters other than letters, digits and "
                  "/._-+@~=,: in its path");
  }
  if (HasOddParts(path)) {
    return Refuse(text, "has an empty part, \".\" or \"..\" in its path");
  }
  if (!absl::EndsWith(path, ".sock") || absl::EndsWith(path, "/.sock")) {
    return Refuse(text, "does not end in a file name with \".sock\"");
  }
  RETURN_IF_ERROR(CheckLength(text, path));
  return Endpoint{.path = std::string(path)};
}

std::string TemporarySocketPath(absl::string_view path) {
  const size_t name = path.rfind('/') + 1;
  static_assert(std::random_device::max() == 0xffffffff);
  return absl::StrCat(path.substr(0, name), ".", path.substr(name), ".",
                      absl::StrFormat("%08x", std::random_device()()));
}

absl::StatusOr<HostPort> ParseHostPort(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) {
    return RefuseHostPort(text, "has no port");
  }
  HostPort result{.host = std::string(text.substr(0, colon))};
  const absl::string_view port = text.substr(colon + 1);
  const bool digits = std::all_of(port.begin(), port.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (!digits || !absl::SimpleAtoi(port, &result.port) ||
      result.port > kLargestPort) {
    return RefuseHostPort(text, "has a port that is not 0 to 65535");
  }
  if (result.host.find_first_of("[]:") != std::string::npos) {
    return RefuseHostPort(text, "has an IPv6 address, and only IPv4 is served");
  }
  if (result.host.find_first_of(" ,/") != std::string::npos) {
    return RefuseHostPort(text, "has a host that is no name or address");
  }
  return result;
}

}  // namespace holdfast::rpc
