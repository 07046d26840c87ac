#!/usr/bin/env bash
# quickstart makes a pool and runs the demo, does so again on what is there,
# and --stop leaves nothing; or says what it could not take away.
# Usage: quickstart_test.sh BIN_DIR. Needs root and XFS. All directories are
# the test's own, so that a quickstart of this machine is not in the way.
set -euo pipefail
bin=${1:?the directory of the binaries is missing}
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scripts" && pwd)
# Short: a socket's path has at most 107 bytes.
work=$(mktemp -d "${TMPDIR:-/tmp}/q.XXXXXX")
export HOLDFAST_STATE=$work/run HOLDFAST_DATA=$work/data
holder=

quickstart() { "$scripts/quickstart" "$@" >"$work/out" 2>&1; }

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

release_holder() {
  [[ -n $holder ]] || return 0
  kill "$holder"
  wait "$holder" 2>/dev/null || true
  holder=
}

clean_up() {
  local code=$?
  ((code == 0)) || cat "$work/out" "$work"/data/log/* >&2 || true
  release_holder
  quickstart --stop || cat "$work/out" >&2
  rm -rf --one-file-system "$work"
  exit "$code"
}
trap clean_up EXIT

loops() { grep -lsF "$work/" /sys/block/loop*/loop/backing_file || true; }

mkdir "$work/data"
touch "$work/data/of_somebody_else"

quickstart --size=3 --clones=3 --bin="$bin" || fail 'it does not start'
grep -q 'clone it 3 times' "$work/out" || fail 'it did not clone'
[[ $(loops | wc -l) == 1 ]] || fail 'the image has not one loop device'
findmnt -n "$work/run/pools/default" >/dev/null ||
  fail 'the daemon does not serve the image'
# Each of the commands that it names works as it says.
while read -r command; do
  eval "$command" >>"$work/commands" 2>&1 ||
    { cat "$work/commands" >&2 && fail "$command"; }
done < <(sed -nE 's/^  (pools|volumes) +//p' "$work/out")
grep -q 'default' "$work/commands" || fail 'the pool is not listed'
grep -qE '^  check +.*/holdfast doctor ' "$work/out" ||
  fail 'the doctor is not named'
daemons=$(cat "$work"/run/*.pid)
[[ $(wc -w <<<"$daemons") == 2 ]] || fail 'there are no two daemons'

quickstart --clones=2 --bin="$bin" || fail 'it does not run a second time'
grep -q 'runs already' "$work/out" || fail 'it began anew'
[[ $(cat "$work"/run/*.pid) == "$daemons" ]] || fail 'it started other daemons'

# Somebody else keeps the pool mounted: the device is then not let go.
mkfifo "$work/ready"
# shellcheck disable=SC2016  # expanded by the inner shell
unshare --mount bash -c 'echo >"$1" && exec sleep 1000' _ "$work/ready" &
holder=$!
read -r <"$work/ready"
! quickstart --stop || fail 'it stopped with its device in use'
grep -qE 'still in use: /dev/loop[0-9]+' "$work/out" ||
  fail 'the device in use is not named'
release_holder

quickstart --stop || fail 'it does not stop'
grep -q 'Stopped' "$work/out" || fail 'it does not say that it stopped'
grep -q "$work/data holds what quickstart did not make" "$work/out" ||
  fail 'it does not say what stays'
for pid in $daemons; do
  [[ ! -e /proc/$pid ]] || fail "process $pid is left"
done
[[ -z $(loops) ]] || fail "left: $(loops)"
! grep -F "$work/" /proc/self/mountinfo || fail 'a mount is left'
[[ ! -e $work/run ]] || fail "$work/run is left"
[[ $(ls "$work/data") == of_somebody_else ]] || fail 'files are left'

rm "$work/data/of_somebody_else"
quickstart --stop || fail 'it does not stop when nothing runs'
[[ ! -e $work/data ]] || fail "$work/data is left"
