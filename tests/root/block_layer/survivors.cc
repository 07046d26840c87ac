#include "tests/root/block_layer/survivors.h"

#include <algorithm>
#include <random>

namespace holdfast::root {
namespace {

class Disk {
 public:
  explicit Disk(const CutSpec& spec) : spec_(spec), random_(spec.seed) {
    // Of each ten writes so many survive whole; as many of those that do not
    // are torn as are lost. Zero to ten: nearly all, or nearly nothing, is
    // what shows that one single write was needed.
    kept_of_ten_ = Roll(11);
  }

  // Appends what is left of the write of this number and size.
  void Decide(size_t write, int64_t size, std::vector<Piece>& pieces) {
    if (Roll(10) < kept_of_ten_) {
      pieces.push_back({write, 0, size});
    } else if (Roll(2) == 0) {
      Tear(write, size, pieces);
    }
  }

  void Shuffle(std::vector<Piece>& pieces) {
    std::shuffle(pieces.begin(), pieces.end(), random_);
  }

 private:
  void Tear(size_t write, int64_t size, std::vector<Piece>& pieces) {
    const int64_t sector = spec_.sector_bytes;
    const int64_t sectors = (size + sector - 1) / sector;
    const int64_t edge = Roll(sectors + 1);
    const int64_t manner = Roll(3);  // a beginning, an end, any sectors
    for (int64_t i = 0; i < sectors; ++i) {
      const bool survives = manner == 0   ? i < edge
                            : manner == 1 ? i >= edge
                                          : Roll(2) == 0;
      if (!survives) continue;
      pieces.push_back(
          {write, i * sector, std::min(sector, size - i * sector)});
    }
  }

  int64_t Roll(int64_t sides) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(sides));
  }

  const CutSpec spec_;
  std::mt19937_64 random_;
  int64_t kept_of_ten_ = 0;
};

}  // namespace

std::vector<Piece> Survivors(const std::vector<int64_t>& sizes,
                             const CutSpec& spec) {
  std::vector<Piece> pieces;
  if (spec.loss == Loss::kEverything) return pieces;
  Disk disk(spec);
  for (size_t write = 0; write < sizes.size(); ++write) {
    if (spec.loss == Loss::kNothing) {
      pieces.push_back({write, 0, sizes[write]});
    } else {
      disk.Decide(write, sizes[write], pieces);
    }
  }
  if (spec.loss == Loss::kSome) disk.Shuffle(pieces);
  return pieces;
}

}  // namespace holdfast::root
