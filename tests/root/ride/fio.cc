#include "tests/root/ride/fio.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace holdfast::root {
namespace {

constexpr int64_t kMoved = 64 << 10;
constexpr absl::Duration kPoll = absl::Milliseconds(2);

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Arguments(const FioSpec& spec) {
  std::vector<std::string> argv = {
      "fio",
      "--name=" + spec.name,
      "--filename=" + spec.file,
      absl::StrCat("--offset=", spec.offset),
      absl::StrCat("--size=", spec.bytes),
      absl::StrCat("--runtime=", absl::ToInt64Seconds(spec.runtime)),
      "--time_based",
      absl::StrCat("--randseed=", spec.seed),
      "--rw=randwrite",
      "--bs=4k",
      "--rate=6m",  // the machine is to have time for other things
      "--verify=crc32c",
      "--verify_fatal=1",
      "--verify_backlog=512",
      "--verify_state_save=0",
      "--thread",
      "--output-format=json"};
  const std::vector<std::string> how =
      spec.path == FioPath::kDirect
          ? std::vector<std::string>{"--ioengine=libaio", "--direct=1",
                                     "--iodepth=8"}
          : std::vector<std::string>{"--ioengine=psync", "--fsync=64"};
  argv.insert(argv.end(), how.begin(), how.end());
  return argv;
}

// The number behind `"key" :` after `section`; 0 if there is none.
int64_t NumberIn(const std::string& json, const std::string& section,
                 const std::string& key) {
  const size_t at = json.find("\"" + section + "\" :");
  if (at == std::string::npos) return 0;
  std::smatch match;
  const std::string rest = json.substr(at);
  const std::regex wanted("\"" + key + "\" : ([0-9]+)");
  return std::regex_search(rest, match, wanted) ? std::stoll(match[1]) : 0;
}

}  // namespace

absl::StatusOr<Fio> Fio::Start(const FioSpec& spec) {
  ASSIGN_OR_RETURN(Process process, Process::Start({.argv = Arguments(spec),
                                                    .output = spec.output}));
  return Fio(spec, std::move(process));
}

absl::StatusOr<int64_t> Fio::Progress() const {
  std::istringstream lines(
      ReadText(absl::StrCat("/proc/", process_.pid(), "/io")));
  int64_t sum = 0;
  std::string name;
  for (int64_t value = 0; lines >> name >> value;) {
    // Buffered and direct I/O are counted in different places.
    const bool counts = name == "rchar:" || name == "wchar:" ||
                        name == "read_bytes:" || name == "write_bytes:";
    if (counts) sum += value;
  }
  if (sum > 0 || !name.empty()) return sum;
  return absl::InternalError(spec_.name + " has ended: " + Output());
}

absl::Status Fio::AwaitProgress(absl::Time deadline) {
  ASSIGN_OR_RETURN(const int64_t begin, Progress());
  while (absl::Now() < deadline) {
    ASSIGN_OR_RETURN(const int64_t now, Progress());
    if (now >= begin + kMoved) return absl::OkStatus();
    if (!process_.IsRunning()) {
      return absl::InternalError(spec_.name + " has ended: " + Output());
    }
    absl::SleepFor(kPoll);  // nothing tells of another's progress
  }
  return absl::DeadlineExceededError(spec_.name + " stands still");
}

absl::StatusOr<int64_t> Fio::Finish(absl::Time deadline) {
  ASSIGN_OR_RETURN(const int status, process_.Wait(deadline));
  const std::string json = Output();
  const bool has_error = status != 0 || NumberIn(json, "jobs", "error") != 0 ||
                         NumberIn(json, "jobs", "total_err") != 0;
  const int64_t written = NumberIn(json, "write", "io_bytes");
  const int64_t verified = NumberIn(json, "read", "io_bytes");
  if (!has_error && written > 0 && verified > written / 2) return written;
  return absl::InternalError(
      absl::StrCat(spec_.name, " ended with wait status ", status, ", wrote ",
                   written, " bytes and verified ", verified, ": ", json));
}

std::string Fio::Output() const { return ReadText(spec_.output); }

}  // namespace holdfast::root
