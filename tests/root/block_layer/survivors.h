// Which of the writes in a disk's cache a power cut leaves on the medium.

#ifndef HOLDFAST_TESTS_ROOT_BLOCK_LAYER_SURVIVORS_H_
#define HOLDFAST_TESTS_ROOT_BLOCK_LAYER_SURVIVORS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast::root {

// What happens to writes that no flush has made durable.
enum class Loss {
  kNothing,     // all are on the medium, in the order of their arrival
  kEverything,  // none is
  kSome,        // any of them, whole or torn, in any order
};

// When the power fails: at once, or just before the disk does the next flush
// that has something to make durable, when most is at stake. If the disk is
// asked for nothing at all for a while, also without.
enum class Moment { kNow, kBeforeFlush };

struct CutSpec {
  Loss loss = Loss::kSome;
  Moment moment = Moment::kNow;
  uint64_t seed = 0;  // of kSome; the same seed leaves the same
  // What a disk writes whole or not at all: its logical block.
  int64_t sector_bytes = 4096;
};

// A part of a write.
struct Piece {
  size_t write = 0;  // its number
  int64_t from = 0;  // bytes from its start
  int64_t size = 0;
  friend bool operator==(const Piece&, const Piece&) = default;
};

// The pieces of writes of these sizes that survive, in the order in which they
// reach the medium. A sector written twice may end with the first of the two
// contents: a disk may write the first, and lose the second.
std::vector<Piece> Survivors(const std::vector<int64_t>& sizes,
                             const CutSpec& spec);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_BLOCK_LAYER_SURVIVORS_H_
