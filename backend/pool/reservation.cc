#include "backend/pool/reservation.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace holdfast::pool {
namespace {

// Far from where sums of promises overflow.
constexpr int64_t kMostBytes = int64_t{1} << 60;

}  // namespace

Reservation::Hold& Reservation::Hold::operator=(Hold&& other) noexcept {
  if (this == &other) return *this;
  GiveBack();
  reservation_ = std::exchange(other.reservation_, nullptr);
  bytes_ = other.bytes_;
  return *this;
}

void Reservation::Hold::GiveBack() {
  if (reservation_ != nullptr) reservation_->Exchange(bytes_, 0);
  reservation_ = nullptr;
}

absl::StatusOr<Reservation::Hold> Reservation::Reserve(int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  const Numbers now{usable_bytes_, promised_bytes_, trash_bytes_};
  if (bytes > now.available_bytes()) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the pool has no room for ", bytes, " bytes: ", now.promised_bytes,
        " of ", now.usable_bytes, " are promised, ", now.trash_bytes,
        " of them to the trash, and ", now.available_bytes(),
        " are left. Delete volumes or snapshots, enlarge the pool, or use "
        "another one"));
  }
  promised_bytes_ += bytes;
  return Hold(this, bytes);
}

void Reservation::Exchange(int64_t minus_bytes, int64_t plus_bytes) {
  absl::MutexLock lock(&mutex_);
  promised_bytes_ += plus_bytes - minus_bytes;
}

void Reservation::Apply(const Change& change) {
  absl::MutexLock lock(&mutex_);
  promised_bytes_ += change.promised_bytes;
  trash_bytes_ += change.trash_bytes;
}

Reservation::Numbers Reservation::numbers() const {
  absl::MutexLock lock(&mutex_);
  return {usable_bytes_, promised_bytes_, trash_bytes_};
}

int64_t ReserveBytes(const UsableSpace& space) {
  return static_cast<int64_t>(
      std::ceil(static_cast<double>(space.total_bytes) * space.reserve_ratio));
}

int64_t UsableBytes(const UsableSpace& space) {
  const auto real = static_cast<double>(
      space.total_bytes - space.overhead_bytes - ReserveBytes(space));
  const double usable = std::max(0.0, real) * space.overcommit_ratio;
  return usable < static_cast<double>(kMostBytes) ? static_cast<int64_t>(usable)
                                                  : kMostBytes;
}

}  // namespace holdfast::pool
