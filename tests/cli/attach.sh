#!/usr/bin/env bash
# Volumes on a plain host, against real daemons: attach and detach, at one path
# and at two, with a file system and as a block device.
# Usage: attach.sh BIN_DIR. Needs root and XFS.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/daemons.sh
source "$root/tests/lib/daemons.sh"

# attach and detach, with the endpoints of this test.
place() {
  "$BIN/holdfast" "$@" --endpoint="$CONTROLLER" --node_endpoint="$NODE" \
    --staging="$WORK/attached"
}
# Commands that ask the controller.
ask() { "$BIN/holdfast" "$@" --endpoint="$CONTROLLER"; }

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

daemons_begin "${1:?the directory of the binaries is missing}"
make_pool 2G
start_daemons

id=$(ask volume create data --size=64MiB)
place attach "$id" "$WORK/one"
echo 'kept' >"$WORK/one/file"
place attach "$id" "$WORK/two" --read-only
[[ $(cat "$WORK/two/file") == kept ]] || fail 'the second path has other data'
! touch "$WORK/two/more" 2>/dev/null || fail 'it was written to read-only'
! ask volume delete "$id" 2>"$WORK/error" || fail 'it was deleted in use'
grep -q FAILED_PRECONDITION "$WORK/error" || fail 'the refusal has another code'
place detach "$id" "$WORK/one"
[[ ! -e $WORK/one ]] || fail 'the first path is left'
[[ $(cat "$WORK/two/file") == kept ]] || fail 'the second path went too'
place detach "$id" "$WORK/two"
place detach "$id" "$WORK/two"
assert_nothing_attached
[[ -z $(ls -A "$WORK/attached") ]] || fail 'a staging directory is left'

# What is in the way stays, and so does the volume.
mkdir "$WORK/full" && touch "$WORK/full/precious"
! place attach "$id" "$WORK/full" 2>"$WORK/error" || fail 'it covered files'
grep -q 'not empty' "$WORK/error" || fail 'the reason is not said'
assert_nothing_attached

# After all of that the data is there, and in its copies.
snapshot=$(ask snapshot create "$id" before)
ask volume clone "$id" copy --size=64MiB >"$WORK/copy"
ask snapshot restore "$snapshot" again --size=128MiB >"$WORK/again"
for other in "$id" "$(cat "$WORK/copy")" "$(cat "$WORK/again")"; do
  place attach "$other" "$WORK/one"
  [[ $(cat "$WORK/one/file") == kept ]] || fail "$other has other data"
  place detach "$other" "$WORK/one"
done
assert_nothing_attached

ask csi ListVolumes | grep -q "$id" || fail 'csi does not list it'
ask volume delete "$id"
