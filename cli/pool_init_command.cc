#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "backend/pool/pool_init.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/local_pool.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  std::string directory;
  std::string image;
  std::string device;
  int64_t image_bytes = 0;
};

pool::InitParts Parts(LocalKernel& kernel) {
  return {.medium = kernel.MediumParts(),
          .file_systems = *kernel.kernel.file_systems,
          .commands = *kernel.kernel.commands};
}

absl::StatusOr<pool::PoolHeader> InDirectory(const std::string& path,
                                             LocalKernel& kernel) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return ErrnoError("mkdir", path, error.value());
  return pool::InitPool(kernel.PoolFiles(), pool::Layout(path));
}

absl::StatusOr<pool::PoolHeader> OnDevice(const std::string& path,
                                          LocalKernel& kernel) {
  ASSIGN_OR_RETURN(const std::string device, ResolvedPath(path));
  return pool::InitDevice(
      Parts(kernel), {.path = device, .mount_point = MountPointOf(device)});
}

absl::Status Init(const Arguments& arguments, Console& console) {
  const bool image = !arguments.image.empty();
  const bool device = !arguments.device.empty();
  const bool directory = !arguments.directory.empty();
  if (int{image} + int{device} + int{directory} != 1) {
    return absl::InvalidArgumentError(
        "give one of a directory, --image and --device");
  }
  ASSIGN_OR_RETURN(
      const std::string path,
      AbsolutePath(absl::StrCat(arguments.directory, arguments.image,
                                arguments.device)));
  LocalKernel kernel;
  ASSIGN_OR_RETURN(
      const pool::PoolHeader header,
      image
          ? pool::InitImage(Parts(kernel),
                            {.path = path, .size_bytes = arguments.image_bytes})
      : device ? OnDevice(path, kernel)
               : InDirectory(path, kernel));
  PrintHeader(console.out, pool::Layout(path), header);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("DIR", arguments->directory,
                 "an empty directory; made if missing");
  CLI::Option* const image =
      app.add_option("--image", arguments->image, "a new image file");
  CLI::Option* const size =
      AddSize(app, "--size", arguments->image_bytes, "of the image");
  image->needs(size);
  size->needs(image);
  app.add_option("--device", arguments->device, "a blank block device");
  return [=](Console& console) { return Init(*arguments, console); };
}

}  // namespace

Command PoolInitCommand() {
  return {.name = "pool init",
          .summary = "Make a pool",
          .help = R"(In a directory, which must be empty and on an XFS with
reflink; or in a new image file, all of whose space is allocated at once; or on a
block device on which there is nothing. The pool should have the file system to
itself, since what it promises is counted against all of it. What holds data is
refused; there is no way to force it.)",
          .examples =
              "holdfast pool init /srv/holdfast/pool\n"
              "holdfast pool init --image=/var/lib/holdfast/pool.img "
              "--size=100GiB\n"
              "holdfast pool init --device=/dev/nvme1n1",
          .declare = &Declare};
}

}  // namespace holdfast::cli
