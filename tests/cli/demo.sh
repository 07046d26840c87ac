#!/usr/bin/env bash
# The demo and the pool commands against real daemons: passes, leaves nothing,
# takes a tree of one's own, and cleans up when it fails or is interrupted.
# Usage: demo.sh BIN_DIR. Needs root and XFS.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/daemons.sh
source "$root/tests/lib/daemons.sh"

demo() { (exec_demo "$@"); }
# In the background $! is then the demo itself and no shell.
exec_demo() {
  exec "$BIN/holdfast" demo --controller="$CONTROLLER" --node="$NODE" \
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
grep -q 'bring it back from the trash' "$WORK/out" || fail 'nothing came back'
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

# Interrupted when there are a volume and a snapshot.
mkfifo "$WORK/steps"
exec_demo --clones=100 --size=16MiB --tree="$WORK/tree" \
  >"$WORK/steps" 2>"$WORK/error" &
demo_pid=$!
while read -r line; do
  [[ $line == 'snapshot it'* ]] && kill -INT "$demo_pid"
  printf '%s\n' "$line"
done <"$WORK/steps"
! wait "$demo_pid" || fail 'the interrupted demo passed'
grep -q CANCELLED "$WORK/error" || fail 'it did not say that it was interrupted'
assert_nothing_left
