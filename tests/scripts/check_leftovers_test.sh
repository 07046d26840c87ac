#!/usr/bin/env bash
# check_leftovers names what a run left, and nothing of anybody else's.
set -euo pipefail
check=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scripts" &&
  pwd)/check_leftovers
scratch=$(mktemp -d)
sleeper=
trap '[[ -z $sleeper ]] || kill "$sleeper"; rm -rf "$scratch"' EXIT
run=$scratch/run
mkdir "$run"

# expect TEXT: the check fails and says TEXT; without TEXT it passes.
expect() {
  local code=0
  "$check" after "$scratch/before" "$run" >"$scratch/output" || code=$?
  if [[ -z ${1:-} ]]; then
    ((code == 0)) && return 0
  else
    ((code == 1)) && grep -qF "$1" "$scratch/output" && return 0
  fi
  printf 'expected "%s", exit code %d, output:\n' "${1:-}" "$code"
  cat "$scratch/output"
  exit 1
}

"$check" before "$scratch/before"
expect

touch "$scratch/of_somebody_else"
expect
touch "$run/left.sock"
expect "file $run/left.sock"
rm "$run/left.sock"

# start_sleeper RUN: returns when it is the program, with its environment.
start_sleeper() {
  HOLDFAST_TEST_RUN=$1 sleep 1000 &
  sleeper=$!
  until [[ $(cat "/proc/$sleeper/comm") == sleep ]]; do :; done
}

start_sleeper "$scratch/another"
expect
kill "$sleeper"
start_sleeper "$run"
expect "process $sleeper"
kill "$sleeper"
wait "$sleeper" 2>/dev/null || true
sleeper=
expect

if [[ $(id -u) -eq 0 ]]; then
  # In a mount namespace of its own, which ends with it.
  # shellcheck disable=SC2016  # expanded by the inner shell
  unshare --mount bash -euc '
    mkdir "$2/m"
    mount -t tmpfs none "$2/m"
    "$1" after "$3" "$2" | grep -qF "mount $2/m"
    umount "$2/m"
    rmdir "$2/m"' _ "$check" "$run" "$scratch/before"
fi
expect
