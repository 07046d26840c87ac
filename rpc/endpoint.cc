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
                   "; give one of the form unix:///run/holdfast/csi.sock or "
                   "tcp://127.0.0.1:9000"));
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

absl::StatusOr<int> ParsePort(absl::string_view text) {
  int port = 0;
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (digits && absl::SimpleAtoi(text, &port) && port <= kLargestPort) {
    return port;
  }
  return absl::InvalidArgumentError("has a port that is not 0 to 65535");
}

// One of the forms that inet_pton(3) reads, and of this machine.
bool IsLoopback(absl::string_view address) {
  if (address == "::1") return true;
  const std::vector<absl::string_view> parts = absl::StrSplit(address, '.');
  return parts.size() == 4 && parts.front() == "127" &&
         std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
           int byte = 0;
           return !part.empty() && part.size() <= 3 &&
                  absl::ascii_isdigit(part.front()) &&
                  absl::SimpleAtoi(part, &byte) && byte <= 255;
         });
}

absl::StatusOr<Endpoint> ParseTcp(absl::string_view text,
                                  absl::string_view address) {
  const auto parts = ParseNameAndPort(address);
  if (!parts.ok()) return Refuse(text, parts.status().message());
  return TcpEndpoint(parts->name, parts->port);
}

absl::Status RefuseHostPort(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("The address ", Quote(text), " ", why,
                   "; give one of the form 127.0.0.1:9810 or :9810"));
}

}  // namespace

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text) {
  absl::string_view path = text;
  if (absl::ConsumePrefix(&path, "tcp://")) return ParseTcp(text, path);
  if (!absl::ConsumePrefix(&path, "unix://")) {
    return Refuse(text, "is neither a unix socket nor a TCP address");
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

std::string Endpoint::ToString() const {
  if (IsUnix()) return absl::StrCat("unix://", path);
  const bool v6 = absl::StrContains(host, ':');
  return absl::StrCat("tcp://", v6 ? "[" : "", host, v6 ? "]:" : ":", port);
}

absl::StatusOr<Endpoint> TcpEndpoint(absl::string_view address, int port) {
  Endpoint endpoint{.host = std::string(address), .port = port};
  if (port < 0 || port > kLargestPort) {
    return Refuse(endpoint.ToString(), "has a port that is not 0 to 65535");
  }
  if (IsLoopback(address)) return endpoint;
  return absl::InvalidArgumentError(absl::StrCat(
      "The endpoint ", Quote(endpoint.ToString()),
      " is not an address of the machine itself, and without TLS only those "
      "are served and called; give 127.0.0.1 or [::1], or a unix socket"));
}

absl::StatusOr<NameAndPort> ParseNameAndPort(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos || colon + 1 == text.size()) {
    return absl::InvalidArgumentError("has no port");
  }
  absl::string_view name = text.substr(0, colon);
  const bool bracketed = absl::ConsumePrefix(&name, "[");
  if (bracketed != absl::ConsumeSuffix(&name, "]") || name.empty() ||
      bracketed != absl::StrContains(name, ':') ||
      name.find_first_of(" ,/[]%") != absl::string_view::npos) {
    return absl::InvalidArgumentError("has a host that is no name or address");
  }
  ASSIGN_OR_RETURN(const int port, ParsePort(text.substr(colon + 1)));
  return NameAndPort{.name = std::string(name), .port = port};
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
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port.ok()) return RefuseHostPort(text, port.status().message());
  result.port = *port;
  if (result.host.find_first_of("[]:") != std::string::npos) {
    return RefuseHostPort(text, "has an IPv6 address, and only IPv4 is served");
  }
  if (result.host.find_first_of(" ,/") != std::string::npos) {
    return RefuseHostPort(text, "has a host that is no name or address");
  }
  return result;
}

}  // namespace holdfast::rpc
