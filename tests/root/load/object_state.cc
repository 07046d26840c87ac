#include "tests/root/load/object_state.h"

#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "holdfast/v1/record.pb.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {
namespace {

constexpr char kRecord[] = "user.holdfast.record";
constexpr size_t kMostRecordBytes = 8 << 10;

template <typename Record>
absl::StatusOr<Record> ReadRecord(const std::string& file) {
  std::array<char, kMostRecordBytes> bytes;
  const ssize_t size =
      getxattr(file.c_str(), kRecord, bytes.data(), bytes.size());
  if (size < 0) return ErrnoError("getxattr", file, errno);
  Record record;
  if (record.ParseFromArray(bytes.data(), static_cast<int>(size))) {
    return record;
  }
  return absl::DataLossError("not a record: " + file);
}

template <typename Record>
ObjectState Shared(const Record& record) {
  return {.access = record.access_type() == v1::ACCESS_TYPE_BLOCK
                        ? Access::kBlock
                        : Access::kMount,
          .fs_type = record.fs_type()};
}

absl::StatusOr<ObjectState> ReadVolume(const std::string& file) {
  ASSIGN_OR_RETURN(const auto record, ReadRecord<v1::VolumeRecord>(file));
  ObjectState state = Shared(record);
  state.source = record.source().has_snapshot_id()
                     ? record.source().snapshot_id()
                     : record.source().volume_id();
  state.nodes = absl::StrJoin(
      record.publications(), ",",
      [](std::string* out, const auto& one) { out->append(one.node_id()); });
  return state;
}

absl::StatusOr<ObjectState> ReadSnapshot(const std::string& file) {
  ASSIGN_OR_RETURN(const auto record, ReadRecord<v1::SnapshotRecord>(file));
  ObjectState state = Shared(record);
  state.source = record.source_volume_id();
  return state;
}

std::string Kind(const ObjectState& state) {
  if (state.access == Access::kBlock) return "block";
  return state.fs_type.empty() ? "mount" : state.fs_type;
}

}  // namespace

std::string Text(const MaybeState& state, int in_trash) {
  std::string text;
  if (state.has_value()) {
    text =
        absl::StrCat(Kind(*state), " volume, ", state->bytes, " bytes from [",
                     state->source, "], published to [", state->nodes,
                     "], with the data of [", state->data, "]");
  }
  if (in_trash > 0) absl::StrAppend(&text, "; ", in_trash, " in the trash");
  return text;
}

Facts TextOfEach(const std::map<std::string, ObjectState>& objects) {
  Facts facts;
  for (const auto& [id, state] : objects) facts[id] = Text(state);
  return facts;
}

absl::StatusOr<ObjectState> ReadObject(const std::string& file) {
  const std::filesystem::path path(file);
  const bool is_snapshot = path.parent_path().filename() == "snapshots";
  ASSIGN_OR_RETURN(ObjectState state,
                   is_snapshot ? ReadSnapshot(file) : ReadVolume(file));
  ASSIGN_OR_RETURN(state.bytes, SizeOf(file));
  return state;
}

}  // namespace holdfast::root
