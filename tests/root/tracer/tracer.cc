#include "tests/root/tracer/tracer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace holdfast::root {
namespace {

constexpr int kPipeBytes = 1 << 20;  // nobody reads while a call runs
constexpr char kReady[] = "ready\n";

const char* Word(Watched watched) {
  switch (watched) {
    case Watched::kEffects:
      return "effects";
    case Watched::kSends:
      return "sends";
    case Watched::kForks:
      return "forks";
    case Watched::kAll:
      return "all";
  }
  return "";
}

std::vector<std::string> Command(pid_t pid, const TracePlan& plan) {
  std::vector<std::string> argv = {SiblingProgram("holdfast_tracer"),
                                   absl::StrCat(pid), Word(plan.watched)};
  if (plan.kill_at > 0) {
    argv.push_back(absl::StrCat(plan.kill_at));
    argv.push_back(plan.moment == KillMoment::kEntry ? "entry" : "exit");
  }
  return argv;
}

absl::Status ExpectReady(int fd) {
  std::string text;
  char byte = 0;
  while (text != kReady && read(fd, &byte, 1) == 1) text += byte;
  if (text == kReady) return absl::OkStatus();
  return absl::InternalError("the tracer cannot attach: " + text);
}

}  // namespace

absl::StatusOr<Tracer> Tracer::Attach(pid_t pid, const TracePlan& plan) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError("pipe2", "", errno);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  fcntl(writer.get(), F_SETPIPE_SZ, kPipeBytes);
  ASSIGN_OR_RETURN(
      Process process,
      Process::Start({.argv = Command(pid, plan), .output_fd = writer.get()}));
  writer.Reset();  // so that the tracer's end is the end of the file
  RETURN_IF_ERROR(ExpectReady(reader.get()));
  return Tracer(std::move(process), std::move(reader));
}

Trace Tracer::Finish() {
  process_.Kill();
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(output_.get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  Trace trace;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::MaxSplits(' ', 2));
    if (words[0] == "killed") trace.killed = true;
    if (words[0] == "call") trace.calls.push_back(words[2]);
  }
  return trace;
}

}  // namespace holdfast::root
