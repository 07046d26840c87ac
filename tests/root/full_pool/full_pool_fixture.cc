#include "tests/root/full_pool/full_pool_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <regex>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/unique_fd.h"

namespace holdfast::root {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

// What `GET /metrics` on a port of this machine answers.
absl::StatusOr<std::string> Scrape(uint16_t port) {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof address) != 0) {
    return ErrnoError("connect", absl::StrCat(port), errno);
  }
  const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
  if (write(fd.get(), request.data(), request.size()) < 0) {
    return ErrnoError("write", absl::StrCat(port), errno);
  }
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = read(fd.get(), buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<size_t>(n));
  }
  return answer;
}

// The last port that a daemon said it listens on.
uint16_t HttpPort(const std::string& log) {
  std::ifstream file(log);
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::string mark = "http_listening port=";
  const size_t at = all.rfind(mark);
  if (at == std::string::npos) return 0;
  return static_cast<uint16_t>(std::atoi(all.c_str() + at + mark.size()));
}

}  // namespace

absl::StatusOr<Refusal> ReadRefusal(const absl::Status& status) {
  const std::string message(status.message());
  static const std::regex* const kNumbers = new std::regex(
      "no room for ([0-9]+) bytes: ([0-9]+) of ([0-9]+) are promised, ([0-9]+) "
      "of them to the trash, and ([0-9]+) are left");
  std::smatch match;
  if (!absl::IsResourceExhausted(status) ||
      !std::regex_search(message, match, *kNumbers)) {
    return absl::InternalError("no refusal with numbers: " + status.ToString());
  }
  const auto number = [&match](size_t i) { return std::stoll(match[i].str()); };
  const Refusal refusal = {.asked = number(1),
                           .promised = number(2),
                           .usable = number(3),
                           .trash = number(4),
                           .left = number(5)};
  const int64_t left = std::max<int64_t>(0, refusal.usable - refusal.promised);
  if (refusal.left != left || refusal.asked <= refusal.left) {
    return absl::InternalError("numbers that contradict: " + message);
  }
  return refusal;
}

absl::Status FullPoolTest::Start(const PoolSpec& spec) {
  return world_.StartWith({.bytes = spec.bytes},
                          {.trash = spec.trash, .node_flags = spec.flags});
}

void FullPoolTest::TearDown() {
  if (HasFailure()) GTEST_LOG_(INFO) << world_.daemons().LogTail();
}

CreateArgs FullPoolTest::Block(const std::string& name, int64_t bytes) {
  return {.name = name, .bytes = bytes, .access = Access::kBlock};
}

CreateArgs FullPoolTest::Mounted(const std::string& name,
                                 const std::string& fs_type, int64_t bytes) {
  return {.name = name, .bytes = bytes, .fs_type = fs_type};
}

absl::StatusOr<NodeArgs> FullPoolTest::Bring(const CreateArgs& create) {
  ASSIGN_OR_RETURN(const VolumeFact volume, csi().CreateVolume(create));
  const NodeArgs args = world_.Places(volume.id, create.access);
  RETURN_IF_ERROR(world_.Bring(args));
  return args;
}

int64_t FullPoolTest::LargestBlock() {
  const auto capacity = csi().GetCapacity(Block("", 0));
  EXPECT_OK(capacity);
  return capacity.ok() ? capacity->maximum_volume_bytes : -1;
}

int64_t FullPoolTest::Left() {
  // More than any pool of these tests has.
  const auto refusal =
      ReadRefusal(csi().CreateVolume(Block("too large", 1000 * kGiB)).status());
  EXPECT_OK(refusal);
  return refusal.ok() ? refusal->left : -1;
}

int64_t FullPoolTest::FreeBytes() const {
  struct statvfs facts = {};
  EXPECT_EQ(statvfs(world_.pool().c_str(), &facts), 0);
  return static_cast<int64_t>(facts.f_bavail * facts.f_frsize);
}

void FullPoolTest::WaitForEmptyTrash() {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!world_.Names(PoolDirectory::kTrash).empty()) {
    ASSERT_LT(absl::Now(), deadline) << "the trash is not emptied";
    absl::SleepFor(absl::Milliseconds(1));
  }
}

double FullPoolTest::Metric(const std::string& family) {
  const uint16_t port = HttpPort(world_.scratch().Sub("node.log"));
  const auto answer = Scrape(port);
  EXPECT_OK(answer);
  for (const absl::string_view line :
       absl::StrSplit(answer.value_or(""), '\n')) {
    double value = -1;
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (absl::StartsWith(line, family + "{") && words.size() == 2 &&
        absl::SimpleAtod(words[1], &value)) {
      return value;
    }
  }
  ADD_FAILURE() << "no metric " << family;
  return -1;
}

}  // namespace holdfast::root
