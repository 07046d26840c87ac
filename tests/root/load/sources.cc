#include "tests/root/load/sources.h"

#include "base/status.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {
namespace {

constexpr size_t kDataBytes = 256 << 10;

}  // namespace

absl::StatusOr<Source> MakeSource(World& world, const CreateArgs& args,
                                  uint64_t seed) {
  ASSIGN_OR_RETURN(const VolumeFact volume, world.csi().CreateVolume(args));
  Source source = {.id = volume.id,
                   .state = {.bytes = volume.bytes,
                             .access = args.access,
                             .data = volume.id},
                   .bytes = Bytes(seed, kDataBytes)};
  const NodeArgs places = world.Places(volume.id, args.access);
  RETURN_IF_ERROR(world.Bring(places));
  RETURN_IF_ERROR(WriteAt(args.access == Access::kBlock
                              ? places.target_path
                              : places.target_path + "/data",
                          0, source.bytes));
  // Copies have it at the same place as long as nobody writes to them.
  ASSIGN_OR_RETURN(
      const std::string all,
      ReadAt(world.DataFile(volume.id), 0, static_cast<size_t>(volume.bytes)));
  const size_t offset = all.find(source.bytes);
  if (offset == std::string::npos) {
    return absl::InternalError("the data is not in one piece in the data file");
  }
  source.offset = static_cast<int64_t>(offset);
  return source;
}

absl::StatusOr<std::string> FindData(const std::vector<Source>& sources,
                                     const std::string& file) {
  for (const Source& source : sources) {
    ASSIGN_OR_RETURN(const std::string found,
                     ReadAt(file, source.offset, kDataBytes));
    if (found == source.bytes) return source.state.data;
  }
  return std::string();
}

}  // namespace holdfast::root
