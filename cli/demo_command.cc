#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/flags/flag.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/demo.h"
#include "cli/size.h"

ABSL_FLAG(std::string, controller, "unix:///run/holdfast/controller/csi.sock",
          "Endpoint of the controller daemon.");
ABSL_FLAG(std::string, node, "unix:///run/holdfast/node/csi.sock",
          "Endpoint of the node daemon.");
ABSL_FLAG(std::string, dir, "",
          "Directory below which the demo mounts its volumes.");
ABSL_FLAG(std::string, tree, "", "Directory whose files the demo copies.");
ABSL_FLAG(std::string, size, "", "Size of the demo's volume.");
ABSL_FLAG(int, clones, 100, "How many clones the demo makes.");

namespace holdfast::cli {
namespace {

constexpr int kMaxClones = 10'000;

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

// From now on an interrupt ends the demo between two steps, cleaned up.
void CatchInterrupts() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    std::signal(number, [](int) { interrupted = true; });
  }
}

// A directory that is there while this lives; removed if it was made.
class Directory {
 public:
  static absl::StatusOr<Directory> Open(const std::string& path) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(path, error);
    if (error) return ErrnoError("mkdir", path, error.value());
    return Directory(path, made);
  }
  Directory(Directory&& other) noexcept
      : path_(std::move(other.path_)),
        made_(std::exchange(other.made_, false)) {}
  Directory& operator=(Directory&&) = delete;
  ~Directory() {
    std::error_code ignored;
    if (made_) std::filesystem::remove(path_, ignored);
  }

 private:
  Directory(std::string path, bool made)
      : path_(std::move(path)), made_(made) {}
  std::string path_;
  bool made_;
};

absl::StatusOr<DemoOptions> ReadOptions() {
  DemoOptions options{.directory = absl::GetFlag(FLAGS_dir),
                      .tree = absl::GetFlag(FLAGS_tree),
                      .clones = absl::GetFlag(FLAGS_clones)};
  if (!std::filesystem::path(options.directory).is_absolute()) {
    return absl::InvalidArgumentError(
        "--dir must be the absolute path of a directory");
  }
  if (options.clones < 1 || options.clones > kMaxClones) {
    return absl::InvalidArgumentError("--clones must be 1 to 10000");
  }
  const std::string size = absl::GetFlag(FLAGS_size);
  if (!size.empty()) {
    ASSIGN_OR_RETURN(options.size_bytes, ParseSize(size));
  }
  return options;
}

absl::Status RunDemo(const std::vector<std::string>&) {
  ASSIGN_OR_RETURN(const DemoOptions options, ReadOptions());
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   CsiClient::Connect(absl::GetFlag(FLAGS_controller)));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> node,
                   CsiClient::Connect(absl::GetFlag(FLAGS_node)));
  ASSIGN_OR_RETURN(const Directory directory,
                   Directory::Open(options.directory));
  CatchInterrupts();
  Progress progress(std::cout, DetectScreen());
  return Demo({.controller = *controller,
               .node = *node,
               .progress = progress,
               .interrupted = [] { return interrupted.load(); }},
              options)
      .Run();
}

}  // namespace

const Command& DemoCommand() {
  static constexpr Command kCommand = {
      .name = "demo",
      .words = "--dir=DIR",
      .summary = "one volume with real files through everything",
      .help = R"(Runs against the daemons on this machine, as root: creates a
volume, mounts it, fills it with files whose SHA-256 it keeps, snapshots it,
restores the snapshot to a larger volume, verifies, grows that, clones the
volume many times, mounts and reads all clones, and deletes everything. Every
step is shown with its time. Nothing is left, also after an error or Ctrl-C.

  --dir=DIR              volumes are mounted below it; made if missing
  --controller=ENDPOINT  the controller daemon, by default
                         unix:///run/holdfast/controller/csi.sock
  --node=ENDPOINT        the node daemon, by default
                         unix:///run/holdfast/node/csi.sock
  --tree=DIR             copy these files instead of making some up
  --size=64MiB           of the volume; by default what the pool has room for
                         with all clones, at most 1 GiB
  --clones=100
)",
      .word_count = 0,
      .run = &RunDemo};
  return kCommand;
}

}  // namespace holdfast::cli
