#!/usr/bin/env bash
# `cmake --install` puts programs and units where docs/install.md says, the
# units start what is installed, and the daemons know the flags that they get.
# Usage: install_test.sh BUILD_DIR.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${1:?the build directory is missing}
work=$(mktemp -d "${TMPDIR:-/tmp}/install.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

cmake --install "$build" --prefix "$work" >/dev/null
expected='bin/holdfast
bin/holdfast-controller
bin/holdfast-node
lib/systemd/system/holdfast-controller.service
lib/systemd/system/holdfast-node.service'
found=$(cd "$work" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort)
[[ $found == "$expected" ]] || fail "installed are: ${found//$'\n'/, }"
"$work/bin/holdfast" version >/dev/null

for unit in "$work"/lib/systemd/system/*.service; do
  read -r program flagfile < <(sed -n 's/^ExecStart=//p' "$unit")
  daemon=$work/bin/${program#/usr/local/bin/}
  [[ -x $daemon ]] || fail "$unit starts $program, which is not installed"
  flags=$root/deploy/systemd/${flagfile#--flagfile=/etc/holdfast/}
  [[ -f $flags ]] || fail "$unit wants $flagfile, which is not there"
  # All mistakes are told together, and then nothing is started: one is made on
  # purpose, and must be the only one.
  code=0
  "$daemon" --flagfile="$flags" --log_verbosity=99 \
    2>"$work/mistakes" || code=$?
  [[ $code == 2 ]] || fail "$daemon ended with $code and not with 2"
  [[ $(cat "$work/mistakes") == '--log_verbosity must be 0, 1, 2 or 3
see --help' ]] || fail "${flags##*/}: $(cat "$work/mistakes")"
done
