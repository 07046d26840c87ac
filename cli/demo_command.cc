#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <ostream>
#include <system_error>

#include "base/status.h"
#include "cli/command.h"
#include "cli/demo.h"
#include "cli/options.h"

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

struct Arguments {
  Servers servers;
  DemoOptions demo;
};

absl::Status RunDemo(const Arguments& arguments, Console& console) {
  const Connection::Options patient = {.timeout = arguments.servers.timeout,
                                       .waiting = Waiting::kYes};
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   CsiClient::Connect(arguments.servers.endpoint, patient));
  ASSIGN_OR_RETURN(
      const std::unique_ptr<CsiClient> node,
      CsiClient::Connect(arguments.servers.node_endpoint, patient));
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  ASSIGN_OR_RETURN(const Directory directory,
                   Directory::Open(arguments.demo.directory));
  CatchInterrupts();
  Progress progress(console.out, console.screen);
  return Demo({.controller = *controller,
               .node = *node,
               .admin = admin,
               .progress = progress,
               .interrupted = [] { return interrupted.load(); }},
              arguments.demo)
      .Run();
}

std::string AbsoluteMistake(const std::string& path) {
  if (std::filesystem::path(path).is_absolute()) return "";
  return "must be the absolute path of a directory";
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  DemoOptions& demo = arguments->demo;
  app.add_option("--dir", demo.directory,
                 "volumes are mounted below it; made if missing")
      ->required()
      ->check(&AbsoluteMistake);
  app.add_option("--controller", arguments->servers.endpoint,
                 "endpoint of the controller daemon")
      ->envname("CSI_ENDPOINT")
      ->capture_default_str();
  app.add_option("--node", arguments->servers.node_endpoint,
                 "endpoint of the node daemon")
      ->capture_default_str();
  app.add_option("--tree", demo.tree,
                 "copy these files instead of making some up");
  AddSize(app, "--size", demo.size_bytes,
          "of the volume [what the pool has room for with all clones, at most "
          "1GiB]");
  app.add_option("--clones", demo.clones, "how many clones are made")
      ->check(CLI::Range(1, kMaxClones))
      ->capture_default_str();
  AddDuration(app, "--timeout", arguments->servers.timeout,
              "how long each call may take [1m]");
  return [=](Console& console) { return RunDemo(*arguments, console); };
}

}  // namespace

Command DemoCommand() {
  return {
      .name = "demo",
      .summary = "One volume with real files through everything",
      .help = R"(Runs against the daemons on this machine, as root: creates a
volume, mounts it, fills it with files whose SHA-256 it keeps, snapshots it,
restores the snapshot to a larger volume, verifies, grows that, clones the
volume many times, mounts and reads all clones, brings a deleted volume back, and
deletes everything. Every step is shown with its time. Nothing is left, also after an error or Ctrl-C.)",
      .examples =
          "holdfast demo --dir=/run/holdfast/demo\n"
          "holdfast demo --dir=/run/holdfast/demo --clones=5 "
          "--size=64MiB",
      .declare = &Declare};
}

}  // namespace holdfast::cli
