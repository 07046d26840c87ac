#include "tests/root/data/writer.h"

#include <utility>

#include "base/status.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {
namespace {

constexpr size_t kBlock = 1 << 16;
constexpr int64_t kPlaces = 256;

}  // namespace

Writer::Writer(std::string path)
    : path_(std::move(path)), thread_([this] { Run(); }) {}

absl::StatusOr<uint64_t> Writer::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  RETURN_IF_ERROR(status_);
  return blocks_.load();
}

void Writer::AwaitBlocks(uint64_t count) {
  const uint64_t goal = blocks_ + count;
  while (blocks_ < goal && !failed_) std::this_thread::yield();
}

void Writer::Run() {
  while (!stop_ && status_.ok()) {
    status_ = WriteOne(blocks_);
    ++blocks_;
  }
  failed_ = !status_.ok();
}

absl::Status Writer::WriteOne(uint64_t number) {
  const int64_t offset = static_cast<int64_t>(number) % kPlaces * kBlock;
  const std::string data = Bytes(number, kBlock);
  RETURN_IF_ERROR(WriteAt(path_, offset, data));
  ASSIGN_OR_RETURN(const std::string found, ReadAt(path_, offset, kBlock));
  return found == data ? absl::OkStatus()
                       : absl::DataLossError("another block is read");
}

}  // namespace holdfast::root
