#include "tests/root/block_layer/disk_files.h"

#include <linux/falloc.h>
#include <sys/stat.h>

#include <cerrno>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::root {
namespace {

constexpr uint64_t kDiskNode = 2;
constexpr uint64_t kControlNode = 3;
constexpr uint64_t kValidSeconds = 3600;

fuse_init_out InitAnswer() {
  return {.major = FUSE_KERNEL_VERSION,
          .minor = FUSE_KERNEL_MINOR_VERSION,
          .flags = FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_ASYNC_DIO |
                   FUSE_MAX_PAGES,
          .max_background = 256,
          .congestion_threshold = 256,
          .max_write = FuseChannel::kMostBytes,
          .time_gran = 1,
          .max_pages = FuseChannel::kMostPages};
}

// No page cache of its own between the loop device and the disk, and several
// writes at a time (Linux 6.2; older kernels make them one after the other).
fuse_open_out OpenAnswer() {
  return {.open_flags = FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES};
}

// The loop device takes the granularity of discards from it.
fuse_statfs_out StatfsAnswer() {
  return {.st = {.bsize = 4096, .namelen = 255, .frsize = 4096}};
}

struct CutOfOrder {
  CutSpec spec;
  std::string image;
};

absl::StatusOr<CutOfOrder> ParseOrder(const std::string& text) {
  std::istringstream words(text);
  int loss = 0;
  int moment = 0;
  CutOfOrder order;
  words >> loss >> moment >> order.spec.seed >> order.spec.sector_bytes >>
      order.image;
  if (words.fail()) return absl::InvalidArgumentError("not a cut: " + text);
  order.spec.loss = static_cast<Loss>(loss);
  order.spec.moment = static_cast<Moment>(moment);
  return order;
}

// What is written to the control file.
std::string TextOf(const FuseRequest& request) {
  return request.body.substr(sizeof(fuse_write_in));
}

absl::Status NoSuchFile() { return ErrnoError("lookup", "a file", ENOENT); }

}  // namespace

std::string CutOrder(const CutSpec& spec, const std::string& image) {
  return absl::StrCat(static_cast<int>(spec.loss), " ",
                      static_cast<int>(spec.moment), " ", spec.seed, " ",
                      spec.sector_bytes, " ", image);
}

std::string CountsText(const CacheCounts& counts) {
  return absl::StrCat(counts.writes, " ", counts.flushes, " ", counts.cached,
                      " ", counts.at_stake);
}

absl::StatusOr<CacheCounts> ParseCounts(const std::string& text) {
  std::istringstream words(text);
  CacheCounts counts;
  words >> counts.writes >> counts.flushes >> counts.cached >> counts.at_stake;
  if (!words.fail()) return counts;
  return absl::InternalError("not the counts of a cache: " + text);
}

absl::Status DiskFiles::Serve(const std::vector<FuseRequest>& requests) {
  covered_ = cache_.written();
  if (requests.empty()) return DoOrder();
  for (const FuseRequest& request : requests) RETURN_IF_ERROR(Answer(request));
  return absl::OkStatus();
}

absl::Status DiskFiles::Answer(const FuseRequest& request) {
  switch (request.header.opcode) {
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
      return absl::OkStatus();  // not to be answered
    default:
      break;
  }
  if (request.header.opcode == FUSE_WRITE &&
      request.header.nodeid == kControlNode) {
    return Order(request);
  }
  const auto body = BodyFor(request);
  if (body.ok()) return channel_.Reply(request, *body);
  return channel_.ReplyError(request, GetErrno(body.status()).value_or(EIO));
}

absl::StatusOr<std::string> DiskFiles::BodyFor(const FuseRequest& request) {
  switch (request.header.opcode) {
    case FUSE_INIT:
      return Raw(InitAnswer());
    case FUSE_LOOKUP:
      return Lookup(request);
    case FUSE_GETATTR: {
      fuse_attr_out out = {.attr_valid = kValidSeconds};
      ASSIGN_OR_RETURN(out.attr, AttributesOf(request.header.nodeid));
      return Raw(out);
    }
    case FUSE_STATFS:
      return Raw(StatfsAnswer());
    case FUSE_OPEN:
      return Raw(OpenAnswer());
    case FUSE_RELEASE:
      return std::string();
    case FUSE_READ:
      return Read(request);
    case FUSE_WRITE:
      return Write(request);
    case FUSE_FALLOCATE:
      return Fallocate(request);
    case FUSE_FSYNC:
      return Flush();
    default:
      return ErrnoError("fuse", "an operation", ENOSYS);
  }
}

absl::StatusOr<std::string> DiskFiles::Lookup(
    const FuseRequest& request) const {
  const std::string name = request.body.c_str();
  fuse_entry_out out = {.entry_valid = kValidSeconds,
                        .attr_valid = kValidSeconds};
  if (name == kDiskName) out.nodeid = kDiskNode;
  if (name == kControlName) out.nodeid = kControlNode;
  if (out.nodeid == 0) return NoSuchFile();
  ASSIGN_OR_RETURN(out.attr, AttributesOf(out.nodeid));
  return Raw(out);
}

absl::StatusOr<std::string> DiskFiles::Read(const FuseRequest& request) const {
  const auto in = As<fuse_read_in>(request.body);
  if (request.header.nodeid == kDiskNode) {
    return cache_.Read(static_cast<int64_t>(in.offset), in.size);
  }
  const std::string counts = CountsText(cache_.counts());
  return in.offset == 0 ? counts.substr(0, in.size) : std::string();
}

absl::StatusOr<std::string> DiskFiles::Write(const FuseRequest& request) {
  const auto in = As<fuse_write_in>(request.body);
  cache_.Write(static_cast<int64_t>(in.offset),
               request.body.substr(sizeof in, in.size));
  return Raw(fuse_write_out{.size = in.size});
}

absl::StatusOr<std::string> DiskFiles::Flush() {
  // Half of all flushes come before a write, when there is nothing to lose.
  if (cache_.counts().cached > 0) RETURN_IF_ERROR(DoOrder());
  RETURN_IF_ERROR(cache_.Flush(covered_));
  return std::string();
}

absl::Status DiskFiles::Order(const FuseRequest& request) {
  if (order_.has_value()) return channel_.ReplyError(request, EBUSY);
  order_ = request;
  const auto order = ParseOrder(TextOf(request));
  const bool waits = order.ok() && order->spec.moment == Moment::kBeforeFlush;
  return waits ? absl::OkStatus() : DoOrder();
}

absl::Status DiskFiles::DoOrder() {
  if (!order_.has_value()) return absl::OkStatus();
  const FuseRequest request = *std::exchange(order_, std::nullopt);
  const auto order = ParseOrder(TextOf(request));
  if (!order.ok()) return channel_.ReplyError(request, EINVAL);
  const absl::Status cut = cache_.Cut(order->spec, order->image);
  if (!cut.ok()) {
    return channel_.ReplyError(request, GetErrno(cut).value_or(EIO));
  }
  const uint32_t size = As<fuse_write_in>(request.body).size;
  return channel_.Reply(request, Raw(fuse_write_out{.size = size}));
}

// A discard and a write of zeros of the loop device. It reads zeros afterwards
// in both cases.
absl::StatusOr<std::string> DiskFiles::Fallocate(const FuseRequest& request) {
  const auto in = As<fuse_fallocate_in>(request.body);
  const bool zeros =
      (in.mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0;
  if (request.header.nodeid != kDiskNode || !zeros) {
    return ErrnoError("fallocate", "a file", EOPNOTSUPP);
  }
  cache_.WriteZeros(static_cast<int64_t>(in.offset),
                    static_cast<int64_t>(in.length));
  return std::string();
}

absl::StatusOr<fuse_attr> DiskFiles::AttributesOf(uint64_t node) const {
  fuse_attr attributes = {.ino = node, .nlink = 1, .blksize = 4096};
  attributes.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0700 : S_IFREG | 0600;
  if (node != kDiskNode) return attributes;
  ASSIGN_OR_RETURN(const int64_t size, cache_.Size());
  attributes.size = static_cast<uint64_t>(size);
  attributes.blocks = attributes.size / 512;
  return attributes;
}

}  // namespace holdfast::root
