// A driver under test: the fake machine's, or the real daemons.

#ifndef HOLDFAST_TESTS_RACES_DRIVER_H_
#define HOLDFAST_TESTS_RACES_DRIVER_H_

#include "tests/races/model.h"

namespace holdfast::races {

class Driver {
 public:
  virtual ~Driver() = default;

  // Makes the call and answers what it was told: an answer about another
  // object, or of another shape, as UNKNOWN with the reason. Thread-safe.
  virtual Outcome Do(const Action& action) = 0;

  // What must never be, seen by other eyes than the driver's: two writable
  // devices on one data file. Empty if all is well. Thread-safe.
  virtual std::string Violations() = 0;
};

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_DRIVER_H_
