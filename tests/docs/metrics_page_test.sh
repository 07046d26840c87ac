#!/usr/bin/env bash
# docs/metrics.md against both daemons: what they serve after a volume of each
# kind was attached is what the page lists, in both directions.
# Usage: metrics_page_test.sh BIN_DIR. Needs root and XFS.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/daemons.sh
source "$root/tests/lib/daemons.sh"

# Listed and not served here, because it takes more than this test does:
#   holdfast_router_duplicates_total  two agents, one of them silent for a while
readonly NOT_PROVOKED=(holdfast_router_duplicates_total)

ask() { "$BIN/holdfast" "$@" --endpoint="$CONTROLLER" >/dev/null; }
attach() {
  ask attach "$1" "$WORK/$1" --node_endpoint="$NODE" --staging="$WORK/attached"
}

# families LOG: the families that the daemon with this log serves, one a line.
families() {
  local port
  port=$(sed -n 's/.*event=http_listening .*port="*\([0-9]*\).*/\1/p' "$1" |
    tail -n 1)
  exec 9<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /metrics HTTP/1.0\r\n\r\n' >&9
  sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' <&9
  exec 9>&-
}

# The families that the page lists: all names in the first column of a table.
listed() {
  sed -n 's/^| \(`[^|]*\) |.*/\1/p' "$root/docs/metrics.md" | tr -d '` ' |
    tr , '\n'
}

daemons_begin "${1:?the directory of the binaries is missing}"
make_pool 2G
# shellcheck disable=SC2034  # for start_daemons
NODE_FLAGS=(--http_address=127.0.0.1:0)
# shellcheck disable=SC2034
CONTROLLER_FLAGS=(--http_address=127.0.0.1:0)
start_daemons

ask volume create mounted --size=64MiB
ask volume create raw --size=64MiB --block
attach mounted
attach raw
ask pools

{
  families "$WORK/node.log"
  families "$WORK/controller.log"
} | sort -u >"$WORK/served"
[[ -s $WORK/served ]]
{
  cat "$WORK/served"
  printf '%s\n' "${NOT_PROVOKED[@]}"
} | sort -u >"$WORK/expected"
listed | sort >"$WORK/listed"
diff "$WORK/expected" "$WORK/listed" >"$WORK/difference" || {
  printf 'served and not in docs/metrics.md (<), or there and not served (>):\n'
  grep '^[<>]' "$WORK/difference"
  exit 1
} >&2
