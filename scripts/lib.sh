# shellcheck shell=bash
# What the scripts share. Sourced, never run; expects `set -euo pipefail`.

# shellcheck disable=SC2034  # used by the scripts that source this file
HOLDFAST_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
HOLDFAST_CACHE=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/holdfast}

# Go keeps all that it keeps in the cache: modules, builds, its own settings.
# shellcheck disable=SC2034
GO_ENVIRONMENT=(GOPATH="$HOLDFAST_CACHE/gopath" GOTOOLCHAIN=local
  GOCACHE="$HOLDFAST_CACHE/gobuild" HOME="$HOLDFAST_CACHE"
  GOFLAGS='-modcacherw -buildvcs=false')

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
else
  BOLD='' RED='' GREEN='' YELLOW='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
headline() { printf '%s%s%s\n' "$BOLD" "$*" "$PLAIN"; }
good() { printf '%s%s%s\n' "$GREEN" "$*" "$PLAIN"; }
bad() { printf '%s%s%s\n' "$RED" "$*" "$PLAIN"; }
warn() { printf '%s%s%s\n' "$YELLOW" "$*" "$PLAIN" >&2; }

# die MESSAGE [EXIT_CODE]
die() {
  printf '%s%s: %s%s\n' "$RED" "${0##*/}" "$1" "$PLAIN" >&2
  exit "${2:-1}"
}

is_root() { [[ $(id -u) -eq 0 ]]; }

# need_root WHAT: ends the script with a sentence if this is not root.
need_root() {
  is_root || die "$1 needs root; run it again with sudo"
}

# Milliseconds of a clock that only goes forward; and one span of it, for
# people.
now_ms() {
  local up _
  read -r up _ </proc/uptime
  printf '%d\n' "$((10#${up/./} * 10))"
}
seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d s' "$((ms / 1000))" "$((ms % 1000 / 100))"
}

# step TEXT COMMAND…: runs the command, keeps its output to itself, and says
# TEXT with the time it took. If the command fails its output is shown and the
# script ends with its exit code.
step() {
  local text=$1 began code=0 output
  shift
  began=$(now_ms)
  output=$(mktemp)
  [[ -t 1 ]] && printf '  %s …' "$text"
  # Not before `||` or in a condition: there, bash would go on after a command
  # that fails within a function.
  set +e
  (set -e && "$@") >"$output" 2>&1 </dev/null
  code=$?
  set -e
  [[ -t 1 ]] && printf '\r\e[K'
  if ((code == 0)); then
    rm -f "$output"
    printf '  %s (%s)\n' "$text" "$(seconds_since "$began")"
    return 0
  fi
  cat "$output" >&2
  rm -f "$output"
  die "$text: failed with exit code $code; its output is above" "$code"
}
