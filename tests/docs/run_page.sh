#!/usr/bin/env bash
# Runs the commands of a page of docs/ as a reader would: all its blocks marked
# ```sh, in their order, as one script that ends at the first failure. They see
# the machine but for /run/holdfast, /var/lib/holdfast, /etc/holdfast and /mnt,
# which are empty and the test's own, and the programs under test in PATH.
#
# Usage: run_page.sh PAGE BIN_DIR [--daemons]
#   --daemons  both run already when the page begins, as scripts/quickstart
#              starts them
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
page=$(realpath "${1:?which page?}")
bin=$(realpath "${2:?the directory of the binaries is missing}")
daemons=${3:-}
readonly OWN=(/run/holdfast /var/lib/holdfast /etc/holdfast /mnt)

# Mounts of its own: what others have at these places stays untouched.
if [[ -z ${HOLDFAST_PAGE_WORK:-} ]]; then
  HOLDFAST_PAGE_WORK=$(mktemp -d "${TMPDIR:-/tmp}/page.XXXXXX")
  export HOLDFAST_PAGE_WORK
  code=0
  unshare --mount --propagation private "$0" "$@" || code=$?
  # What a failed page left attached; its mounts went with the namespace.
  for entry in /sys/block/loop*/loop/backing_file; do
    backing=$(cat "$entry" 2>/dev/null) || continue
    [[ $backing == "$HOLDFAST_PAGE_WORK"/* ]] || continue
    entry=${entry#/sys/block/}
    losetup --detach "/dev/${entry%%/*}" || true
  done
  rm -rf --one-file-system "$HOLDFAST_PAGE_WORK"
  exit "$code"
fi

for place in "${OWN[@]}"; do
  mkdir -p "$place" "$HOLDFAST_PAGE_WORK$place"
  mount --bind "$HOLDFAST_PAGE_WORK$place" "$place"
done

end_page() {
  local code=$? pid
  trap - EXIT
  set +e
  for pid in $(cat /run/holdfast/*.pid 2>/dev/null) $(jobs -p); do
    kill -9 "$pid" 2>/dev/null
    timeout 30 tail --pid="$pid" -f /dev/null
  done
  exit "$code"
}
trap end_page EXIT

commands=$HOLDFAST_PAGE_WORK/commands
awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' "$page" >"$commands"
[[ -s $commands ]] || {
  printf '%s has no commands\n' "$page" >&2
  exit 1
}
cd "$root"
export PATH=$bin:$PATH
[[ $daemons != --daemons ]] ||
  scripts/quickstart --bin="$bin" --no-demo --size=4 >/dev/null
bash -euo pipefail -x "$commands"
printf '%s: %d lines ran\n' "${page##*/}" "$(wc -l <"$commands")"
