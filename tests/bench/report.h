// What a benchmark found, for people and for programs.
//
// The JSON is one object. Times end in _us (microseconds), sizes in _bytes;
// a ratio of times is ours divided by the floor's in the same run, but for
// "other_ratio_to_driver". A section that did not run is not there.
//
//   machine      date, kernel, cpus, memory_bytes, pool_on, revision, preset
//   latency[]    access, volumes, callers; hop_us: a call that does nothing;
//                driver, floor and other, each with
//                a member for each of create, stage, publish, up (the sum of
//                these), unpublish, unstage, delete: calls, p10_us, p50_us,
//                p99_us, max_us, first_tenth_p50_us, last_tenth_p50_us;
//                all_up_us and all_down_us; ratio_to_floor and
//                other_ratio_to_driver by step: median, low and high quartile
//                of turns, and p10, the ratio of the fast tenths
//   calls[]      access; steps: by step node, controller and floor, each with
//                total and by_name; forks_per_volume
//   scale[]      volumes; driver and floor, each with all_up_us[] and
//                all_down_us[] by round, tenths_us[] (median of create, stage
//                and publish of a volume in each tenth), last_to_first, kernel
//                (what it grew by: slab_bytes, per_cpu_bytes, stack_bytes,
//                threads); up_ratio and down_ratio: median, low, high of
//                rounds; node, controller, node_idle, controller_idle:
//                resident_bytes, anonymous_bytes
//   copies[]     bytes, extents, written ("through" or "at random"); snapshot,
//                clone, restore and floor (one copy of the data file): p50_us,
//                max_us, ratio
//   io[]         kind ("block", "file system"), job; driver, hand and file:
//                per_second, p50_us, p99_us; ratio_to_hand and ratio_to_file,
//                of operations per second: more is better

#ifndef HOLDFAST_TESTS_BENCH_REPORT_H_
#define HOLDFAST_TESTS_BENCH_REPORT_H_

#include <map>
#include <string>
#include <vector>

namespace holdfast::bench {

class Report {
 public:
  // `machine` as JSON.
  explicit Report(std::string machine) : machine_(std::move(machine)) {}

  // One result of a section: its table goes to stdout at once, its JSON is
  // kept.
  void Add(const std::string& section, const std::string& table,
           const std::string& json);
  std::string Json() const;

 private:
  const std::string machine_;
  std::map<std::string, std::vector<std::string>> sections_;
};

// What is known about this machine. `revision` and `preset` say what is
// measured.
std::string DescribeMachine(const std::string& revision,
                            const std::string& preset);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_REPORT_H_
