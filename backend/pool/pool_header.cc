#include "backend/pool/pool_header.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "base/log.h"
#include "base/status.h"
#include "holdfast/v1/record.pb.h"

namespace holdfast::pool {
namespace {

constexpr char kIncomingName[] = "POOL";

std::string ToText(const PoolHeader& header) {
  v1::PoolHeader proto;
  proto.set_format_version(header.format_version);
  proto.set_uuid(header.uuid);
  proto.mutable_created_at()->set_seconds(
      absl::ToUnixSeconds(header.created_at));
  proto.set_overhead_bytes(header.overhead_bytes);
  std::string text;
  google::protobuf::TextFormat::PrintToString(proto, &text);
  return text;
}

// Reads the version first: the rest of a later format may be unknown here.
absl::StatusOr<PoolHeader> FromText(const std::string& path,
                                    const std::string& text, uint32_t newest) {
  v1::PoolHeader proto;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  if (!parser.ParseFromString(text, &proto) || proto.uuid().empty() ||
      proto.format_version() == 0) {
    return absl::DataLossError(absl::StrCat(
        path,
        " is not readable. Restore it by hand: it names the uuid on "
        "which all ids of the pool depend"));
  }
  if (proto.format_version() > newest) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " has format ", proto.format_version(), " and this program ",
        "knows formats up to ", newest, ". Install a newer one"));
  }
  return PoolHeader{
      .format_version = proto.format_version(),
      .uuid = proto.uuid(),
      .created_at = absl::FromUnixSeconds(proto.created_at().seconds()),
      .overhead_bytes = proto.overhead_bytes()};
}

// A header that is whole, durable and locked, and has no name that counts.
absl::StatusOr<UniqueFd> WriteAside(const PoolFiles& os,
                                    const std::string& path,
                                    const std::string& text) {
  const absl::Status old = os.files.Unlink(path);
  if (!old.ok() && !IsErrno(old, ENOENT)) {
    return Meaning(old, "clear the pool's header");
  }
  auto fd = os.files.Create(path);
  if (!fd.ok()) return Meaning(fd.status(), "make the pool's header");
  RETURN_IF_ERROR(
      Meaning(os.data_files.Lock(fd->get()), "lock the pool's header"));
  RETURN_IF_ERROR(
      Meaning(os.files.WriteAll(fd->get(), text), "write the pool's header"));
  RETURN_IF_ERROR(
      Meaning(os.data_files.Sync(fd->get()), "make the pool's header durable"));
  return *std::move(fd);
}

}  // namespace

absl::StatusOr<PoolHeader> ReadHeader(const PoolFiles& os, const Layout& layout,
                                      const Formats& formats) {
  const auto text = os.files.ReadFile(layout.Header());
  if (IsErrno(text.status(), ENOENT) || IsErrno(text.status(), ENOTDIR)) {
    return absl::NotFoundError(
        absl::StrCat(Quote(layout.root()),
                     " is not a pool. Make one with `holdfast pool init`"));
  }
  if (!text.ok()) return Meaning(text.status(), "read the pool's header");
  return FromText(layout.Header(), *text, formats.newest);
}

absl::Status CheckServed(const Layout& layout, const PoolHeader& header,
                         const Formats& formats) {
  const auto& served = formats.served;
  if (std::find(served.begin(), served.end(), header.format_version) !=
      served.end()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the pool ", Quote(layout.root()), " has format ", header.format_version,
      ", which this program no longer serves. Raise it with `holdfast pool ",
      "upgrade ", layout.root(), "`"));
}

absl::StatusOr<UniqueFd> WriteHeader(const PoolFiles& os, const Layout& layout,
                                     const PoolHeader& header, Publish how) {
  const std::string aside = layout.IncomingFile(kIncomingName);
  ASSIGN_OR_RETURN(UniqueFd fd, WriteAside(os, aside, ToText(header)));
  RETURN_IF_ERROR(Meaning(how == Publish::kNew
                              ? os.files.Rename(aside, layout.Header())
                              : os.files.Replace(aside, layout.Header()),
                          "publish the pool's header"));
  RETURN_IF_ERROR(SyncHeaderName(os, layout));
  return fd;
}

absl::Status SyncHeaderName(const PoolFiles& os, const Layout& layout) {
  RETURN_IF_ERROR(Meaning(os.files.SyncDirectory(layout.Incoming()),
                          "make the pool durable"));
  return Meaning(os.files.SyncDirectory(layout.root()),
                 "make the pool durable");
}

}  // namespace holdfast::pool
