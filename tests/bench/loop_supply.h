// Unattached loop devices, made ahead.

#ifndef HOLDFAST_TESTS_BENCH_LOOP_SUPPLY_H_
#define HOLDFAST_TESTS_BENCH_LOOP_SUPPLY_H_

namespace holdfast::bench {

// Makes loop devices until at least `count` have nothing attached. The kernel
// keeps them once they are there, used or not: who comes first would pay for
// all who come later. They stay, as they do after that many volumes: to remove
// one takes the kernel some 0.1 s, in which nobody gets a free device.
void EnsureFreeLoops(int count);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_LOOP_SUPPLY_H_
