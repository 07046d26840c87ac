#!/usr/bin/env bash
# The demo and the pool commands against real daemons: passes, leaves nothing,
# takes a tree of one's own, and cleans up when it fails or is interrupted.
# Usage: demo.sh BIN_DIR. Needs root and XFS.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/daemons.sh
source "$root/tests/lib/daemons.sh"

demo() {
  "$BIN/holdfast" demo --controller="$CONTROLLER" --node="$NODE" \
    --dir="$WORK/demo" "$@"
}

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# A line of `holdfast pool show`: shown KEY.
shown() { "$BIN/holdfast" pool show "$WORK/pool" | sed -n "s/^$1  *//p"; }

assert_nothing_left() {
  assert_nothing_attached
  [[ ! -e $WORK/demo ]] || fail "$WORK/demo is left"
  [[ $(shown volumes) == 0 ]] || fail "$(shown volumes) volumes are left"
  [[ $(shown snapshots) == 0 ]] || fail "$(shown snapshots) snapshots are left"
}

daemons_begin "${1:?the directory of the binaries is missing}"
make_pool 3G
! "$BIN/holdfast" pool init "$WORK/pool" 2>"$WORK/error" ||
  fail 'a pool was made in a pool'
grep -q ALREADY_EXISTS "$WORK/error" || fail 'the refusal has another code'
start_daemons

demo --clones=5 | tee "$WORK/out"
grep -q 'clone it 5 times' "$WORK/out" || fail 'it did not clone'
grep -q 'its file system holds' "$WORK/out" || fail 'nothing grew'
assert_nothing_left

mkdir "$WORK/tree"
cp "${BASH_SOURCE[0]}" "$WORK/tree/script"
ln -s script "$WORK/tree/link"
demo --clones=1 --size=40MiB --tree="$WORK/tree" | tee "$WORK/out"
grep -q '40 MiB' "$WORK/out" || fail 'the size was not heeded'
assert_nothing_left

# More than fits: it fails on the way, with volumes made and mounted.
! demo --clones=20 --size=200MiB >"$WORK/out" 2>&1 ||
  fail 'a demo that does not fit passed'
grep -q RESOURCE_EXHAUSTED "$WORK/out" || fail 'the reason is not said'
assert_nothing_left

# Interrupted once it has begun to clone.
demo --clones=2000 --size=1MiB --tree="$WORK/tree" >"$WORK/out" 2>&1 &
demo_pid=$!
# Bounded by the demo's own end.
while kill -0 "$demo_pid" 2>/dev/null; do
  (($(shown volumes) > 3)) && kill -INT "$demo_pid" && break
done
! wait "$demo_pid" || fail 'the interrupted demo passed'
grep -q CANCELLED "$WORK/out" || fail 'it did not say that it was interrupted'
assert_nothing_left
