// Many callers of one volume.

#ifndef HOLDFAST_TESTS_RACES_RACE_H_
#define HOLDFAST_TESTS_RACES_RACE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/races/driver.h"

namespace holdfast::races {

struct RaceSpec {
  int callers = 16;
  // All callers begin a round at one moment; between two of them the mounts
  // are looked at.
  int rounds = 10;
  int calls_per_round = 30;  // of each caller
  uint64_t seed = 0;
  std::vector<int64_t> sizes;  // asked for, of volumes; larger ones on growth
  // Of the calls, in order of Verb; those of kLook are not made.
  std::vector<int> weights;
};

struct Result {
  std::string wrong;  // empty if every answer was right
  // How often each verb was answered with OK.
  std::map<Verb, int> done;
  int64_t calls = 0;
  int64_t aborted = 0;
};

// Races until the rounds are over or an answer was wrong. The driver must
// know nothing of the volume. At the end it is unpublished, unstaged, and
// deleted with all that was made of it.
Result Race(Driver& driver, const RaceSpec& spec);

// "HOLDFAST_SEED", or one of this moment; printed.
uint64_t Seed();

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_RACE_H_
