// The disk of CachedDisk. Its argument is the file that is the medium; stdin is
// an open /dev/fuse, mounted already. Ends when that is unmounted. It is single
// threaded: each request finds what those before it left.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <utility>

#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/root/block_layer/disk_files.h"

namespace holdfast::root {
namespace {

// So long a cut waits for a flush that nobody asks for.
constexpr absl::Duration kIdle = absl::Milliseconds(200);

absl::Status Serve(const char* medium_path) {
  UniqueFd medium(open(medium_path, O_RDWR | O_CLOEXEC));
  if (!medium.valid()) return ErrnoError("open", medium_path, errno);
  WriteCache cache(std::move(medium));
  FuseChannel channel{UniqueFd(STDIN_FILENO)};
  DiskFiles files(cache, channel);
  for (;;) {
    const auto requests = channel.Receive(kIdle);
    if (IsErrno(requests.status(), ENODEV)) return absl::OkStatus();
    RETURN_IF_ERROR(requests.status());
    RETURN_IF_ERROR(files.Serve(*requests));
  }
}

}  // namespace
}  // namespace holdfast::root

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const absl::Status served = holdfast::root::Serve(argv[1]);
  if (served.ok()) return 0;
  std::cerr << served << std::endl;
  return 1;
}
