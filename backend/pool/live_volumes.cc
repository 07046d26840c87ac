#include "backend/pool/live_volumes.h"

#include "backend/pool/errors.h"
#include "backend/pool/parameters.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::AccessType;
using backend::AttachMode;
using backend::FormattedDevice;
using backend::Volume;

FormattedDevice DeviceOf(const Volume& volume, int number) {
  return {.path = os::LoopPath(number),
          .fs_type = volume.format.fs_type,
          .size_bytes = volume.size_bytes};
}

}  // namespace

Attachable LiveVolumes::AttachableOf(const Volume& volume) const {
  return {
      .id = volume.id,
      .path = parts_.layout.Volume(volume.id),
      .logical_block_bytes = volume.format.logical_block_bytes,
      .discards = ProvisioningOf(volume.spec.parameters) == Provisioning::kThick
                      ? os::Discards::kIgnore
                      : os::Discards::kPassOn};
}

absl::Status LiveVolumes::Flush(const Volume& volume, Operation& operation) {
  ASSIGN_OR_RETURN(const auto loop,
                   parts_.attachments.FindLoop(AttachableOf(volume),
                                               AttachMode::kReadWrite));
  if (!loop) return absl::OkStatus();
  operation.Step("flush source");
  ASSIGN_OR_RETURN(const bool mounted, IsMounted(volume, loop->number));
  if (!mounted) return FlushDevice(loop->number);
  return Annotate(parts_.file_systems.Flush(DeviceOf(volume, loop->number)),
                  "flush the mounted source");
}

// Writers without O_DIRECT leave dirty pages in the device's own cache.
absl::Status LiveVolumes::FlushDevice(int number) {
  const auto fd =
      parts_.files.Open(os::LoopPath(number), os::OpenMode::kReadOnly);
  if (!fd.ok()) return Meaning(fd.status(), "open the source's device");
  return Meaning(parts_.data_files.Sync(fd->get()),
                 "flush the source's device");
}

absl::Status LiveVolumes::Grow(const Volume& volume, Operation& operation) {
  operation.Step("grow device");
  RETURN_IF_ERROR(GrowDevice(volume, AttachMode::kReadOnly));
  RETURN_IF_ERROR(GrowDevice(volume, AttachMode::kReadWrite));
  ASSIGN_OR_RETURN(const auto loop,
                   parts_.attachments.FindLoop(AttachableOf(volume),
                                               AttachMode::kReadWrite));
  if (!loop) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool mounted, IsMounted(volume, loop->number));
  if (!mounted) return absl::OkStatus();
  operation.Step("grow file system");
  return parts_.file_systems.GrowMounted(DeviceOf(volume, loop->number));
}

absl::Status LiveVolumes::GrowDevice(const Volume& volume, AttachMode mode) {
  ASSIGN_OR_RETURN(const auto loop,
                   parts_.attachments.FindLoop(AttachableOf(volume), mode));
  if (!loop) return absl::OkStatus();
  return DeviceMeaning(parts_.loops.UpdateSize(loop->number),
                       "give the loop device its new size");
}

absl::StatusOr<bool> LiveVolumes::IsMounted(const Volume& volume, int number) {
  if (volume.format.access_type == AccessType::kBlock) return false;
  auto claimed = parts_.loops.IsClaimed(number);
  if (!claimed.ok()) return DeviceMeaning(claimed.status(), "look at a device");
  return claimed;
}

}  // namespace holdfast::pool
