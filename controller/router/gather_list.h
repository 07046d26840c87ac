// One list over several agents.

#ifndef HOLDFAST_CONTROLLER_ROUTER_GATHER_LIST_H_
#define HOLDFAST_CONTROLLER_ROUTER_GATHER_LIST_H_

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status.h"
#include "controller/router/hop.h"

namespace holdfast::controller {

// Keeps a message between router and agent well below any limit of gRPC.
inline constexpr int kPageEntries = 1000;

// The lists: where their entries are and what their order goes by.
inline auto& EntriesOf(csi::v1::ListVolumesResponse& list) {
  return *list.mutable_entries();
}
inline auto& EntriesOf(csi::v1::ListSnapshotsResponse& list) {
  return *list.mutable_entries();
}
inline auto& EntriesOf(v1::ListVolumesResponse& list) {
  return *list.mutable_volumes();
}
inline auto& EntriesOf(v1::ListSnapshotsResponse& list) {
  return *list.mutable_snapshots();
}
inline auto& EntriesOf(v1::ListTrashResponse& list) {
  return *list.mutable_objects();
}
inline const std::string& KeyOf(
    const csi::v1::ListVolumesResponse::Entry& entry) {
  return entry.volume().volume_id();
}
inline const std::string& KeyOf(
    const csi::v1::ListSnapshotsResponse::Entry& entry) {
  return entry.snapshot().snapshot_id();
}
inline const std::string& KeyOf(const v1::Volume& volume) {
  return volume.id();
}
inline const std::string& KeyOf(const v1::Snapshot& snapshot) {
  return snapshot.id();
}
inline const std::string& KeyOf(const v1::TrashedObject& object) {
  return object.key();
}

// What an agent's list of this kind is to begin after, so that it begins with
// the pool of this home: less than every key of its objects, and of the form
// that agents take for a token.
inline std::string TokenBefore(const csi::v1::ListVolumesRequest&,
                               const std::string& home) {
  return absl::StrCat("p", home, "-v", std::string(40, '0'));
}
inline std::string TokenBefore(const csi::v1::ListSnapshotsRequest&,
                               const std::string& home) {
  return absl::StrCat("p", home, "-s", std::string(40, '0'));
}
inline std::string TokenBefore(const v1::ListVolumesRequest&,
                               const std::string& home) {
  return absl::StrCat("p", home, "-v", std::string(40, '0'));
}
inline std::string TokenBefore(const v1::ListSnapshotsRequest&,
                               const std::string& home) {
  return absl::StrCat("p", home, "-s", std::string(40, '0'));
}
inline std::string TokenBefore(const v1::ListTrashRequest&,
                               const std::string& home) {
  return absl::StrCat("p", home, "-s", std::string(40, '0'), ".0");
}

// The home that a token or key begins with, if it has one.
inline std::optional<std::string> HomeOfKey(const std::string& key) {
  const auto id = ParseId(key.substr(0, key.find('.')));
  return id ? std::optional(id->home) : std::nullopt;
}

// How many more entries the caller wants, at most one page.
template <typename Request, typename Response>
int Wanted(const Request& request, Response& response) {
  if (request.max_entries() == 0) return kPageEntries;
  return std::min(request.max_entries() - EntriesOf(response).size(),
                  kPageEntries);
}

// The part of an agent's list that one pool is.
struct ListPart {
  Agent& agent;
  std::string home;
  std::string token;  // where to begin; empty: with the pool
};

// Moves the page's entries to the list, up to the first of another pool; true
// if there was none.
template <typename Response>
bool TakeEntries(const std::string& home, Response& page, Response& list) {
  const std::string prefix = absl::StrCat("p", home, "-");
  for (auto& entry : EntriesOf(page)) {
    if (!absl::StartsWith(KeyOf(entry), prefix)) return false;
    EntriesOf(list).Add()->Swap(&entry);
  }
  return true;
}

// Appends what the pool has after the token, to its end or until the caller
// has what it wants; next_token then says where to go on.
template <typename Service, typename Request, typename Response>
absl::Status AppendPart(const Hop& hop, const ListPart& part,
                        Method<Service, Request, Response> method,
                        const Request& request, Response& response) {
  Request page_request = request;
  page_request.set_starting_token(
      part.token.empty() ? TokenBefore(request, part.home) : part.token);
  do {
    page_request.set_max_entries(Wanted(request, response));
    Response page;
    RETURN_IF_ERROR(CallAgent(hop, part.agent, method, page_request, page));
    const bool more = TakeEntries(part.home, page, response);
    page_request.set_starting_token(more ? page.next_token() : "");
  } while (!page_request.starting_token().empty() &&
           Wanted(request, response) > 0);
  response.set_next_token(page_request.starting_token());
  return absl::OkStatus();
}

// A list that a silent agent cut short is not answered, however it was silent.
inline absl::Status Complete(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status)
             ? WithCode(status, absl::StatusCode::kUnavailable)
             : status;
}

// Goes through the pools, which are in order of ids, from where the token is.
template <typename Service, typename Request, typename Response>
absl::Status GatherList(const Hop& hop,
                        const std::vector<Agents::Connected>& pools,
                        Method<Service, Request, Response> method,
                        const Request& request, Response& response) {
  const std::string& token = request.starting_token();
  const std::optional<std::string> start = HomeOfKey(token);
  for (const auto& [agent, announcement] : pools) {
    if (start && announcement.home < *start) continue;
    if (Wanted(request, response) == 0) {
      response.set_next_token(KeyOf(*EntriesOf(response).rbegin()));
    }
    if (!response.next_token().empty()) break;
    const bool here = start && announcement.home == *start;
    const ListPart part{
        .agent = *agent, .home = announcement.home, .token = here ? token : ""};
    RETURN_IF_ERROR(Complete(AppendPart(hop, part, method, request, response)));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_GATHER_LIST_H_
