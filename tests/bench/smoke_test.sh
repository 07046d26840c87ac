#!/usr/bin/env bash
# The benchmark works: every section in its smallest form, beside another driver
# at its sockets (a second pair of daemons), with JSON as tests/bench/report.h
# says, and pictures of it; and it leaves nothing, also when it is interrupted.
# Asserts no times. Usage: smoke_test.sh BIN_DIR. Needs root, XFS and fio.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/daemons.sh
source "$root/tests/lib/daemons.sh"

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# check FILTER: of the JSON.
check() {
  jq --exit-status "$1" "$WORK/bench.json" >/dev/null ||
    fail "in the JSON it is not so that $1"
}

nothing_left() {
  local left
  left=$(ls "$WORK/run")
  [[ -z $left ]] || fail "$1 leaves $left"
  assert_nothing_attached
}

daemons_begin "${1:?the directory of the binaries is missing}"
make_pool 10G
start_daemons
mkdir "$WORK/run"

TMPDIR=$WORK/run "$root/scripts/bench" --bin="$BIN" --smoke \
  --versus="$CONTROLLER,$NODE" --json="$WORK/bench.json" \
  >"$WORK/table" 2>"$WORK/bench.log"
check '.machine | .cpus > 0 and .memory_bytes > 0 and .kernel != ""'
check '[.latency[].access] == ["mount", "block"]'
check '[.latency[] | .driver, .floor, .other | .create, .delete | .calls] |
  length == 12 and all(. == 6)'
check '[.latency[] | .ratio_to_floor, .other_ratio_to_driver | .[] | .median] |
  length == 28 and all(. > 0)'
# The fewest calls that make a volume, counted: the floor is what it says.
check '.calls[0].steps.create.floor.by_name |
  [.openat, .ioctl, .ftruncate, .fsetxattr, .linkat, .fsync] | all(. >= 1)'
check '[.calls[].steps[] | .node.total > .floor.total - 1] | all'
check '[.calls[].forks_per_volume] | all(. == 0)'
check '.scale[0] | .volumes == 10 and (.driver.tenths_us | length == 10) and
  .node.anonymous_bytes > 0 and .node.resident_bytes > .node.anonymous_bytes'
check '[.copies[] | .snapshot, .clone, .restore, .floor | .p50_us] |
  length == 8 and all(. > 0)'
check '.copies[1].extents >= 50'
check '[.io[] | .driver, .hand | .per_second] | length == 4 and all(. > 0)'
grep -q 'system calls per call' "$WORK/table" || fail 'there are no tables'
nothing_left 'the benchmark'

"$root/scripts/plot" "$WORK/bench.json" "$WORK/images"
for image in "$WORK"/images/*.svg; do
  grep -q '</svg>' "$image" || fail "$image is no picture"
done
"$root/scripts/tables" "$WORK/bench.json" >"$WORK/markdown"
for row in '| create | ' ' | up | ' '| 10 | ' '| randread 4k qd 1 | '; do
  grep -qF "$row" "$WORK/markdown" || fail "no table has the row $row"
done

# As Ctrl-C does it: the whole group gets the signal.
mkfifo "$WORK/progress"
set -m
TMPDIR=$WORK/run "$root/scripts/bench" --bin="$BIN" --only=latency \
  --volumes=1000 >/dev/null 2>"$WORK/progress" &
bench=$!
set +m
exec 8<"$WORK/progress"
read -r _ <&8
kill -INT -- "-$bench"
code=0
wait "$bench" || code=$?
[[ $code == 1 ]] || fail "interrupted, it ends with $code and not with 1"
nothing_left 'the interrupted benchmark'
