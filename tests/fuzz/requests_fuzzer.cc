// Whole requests, in sequences, through the services of a node's daemon.

#include <glog/logging.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/player.h"

HOLDFAST_FUZZ_TARGET(bytes) {
  holdfast::input::InputWorld world;
  const holdfast::fuzz::Playground playground(world);
  holdfast::fuzz::Player player(world, world.services());
  player.Play(holdfast::fuzz::ParseScript(bytes));
  player.TidyUp();
  player.CheckPromised();
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t most, unsigned seed) {
  return holdfast::fuzz::MutateText(data, size, most, seed);
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  FLAGS_minloglevel = google::GLOG_FATAL;
  return 0;
}
