#!/usr/bin/env bash
# Runs the commands of a page of docs/ as a reader would: all its blocks marked
# ```sh, in their order, as one script that ends at the first failure. They see
# the machine but for /run/holdfast, /var/lib/holdfast and /mnt, which
# are empty and the test's own, and the programs under test in PATH. A
# page that leaves a loop device has failed too.
#
# Usage: run_page.sh PAGE BIN_DIR [--daemons]
#   --daemons  both run already when the page begins, as scripts/quickstart
#              starts them; it stops them when the page has run
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
page=$(realpath "${1:?which page?}")
bin=$(realpath "${2:?the directory of the binaries is missing}")
daemons=${3:-}
readonly OWN=(/run/holdfast /var/lib/holdfast /mnt)

# Loop devices on files below $work, and on the file systems on those, the last
# first. By device and inode: their paths are those of another namespace.
loops_of_page() {
  local files known=' ' numbers=' ' found name device inode
  files=" $(find "$work" -type f -printf '%i ')"
  while :; do
    found=''
    while read -r name device inode; do
      [[ $known == *" $name "* ]] && continue
      if [[ $device == "$1" && $files == *" $inode "* ]] ||
        [[ $numbers == *" $device "* ]]; then
        found="$name $found"
        numbers+="$(cat "/sys/block/${name#/dev/}/dev" || true) "
      fi
    done < <(losetup --list --noheadings \
      --output=NAME,BACK-MAJ:MIN,BACK-INO)
    [[ -n $found ]] || break
    known=" $found${known# }"
  done
  printf '%s\n' "$known"
}

# Outside: a namespace of its own for the page's processes and mounts. The
# first takes all others with it, and their mounts, whatever the page did.
if [[ -z ${HOLDFAST_PAGE_WORK:-} ]]; then
  work=$(mktemp -d "${TMPDIR:-/tmp}/page.XXXXXX")
  disk=$(mountpoint --fs-devno "$(df --output=target "$work" | tail -n 1)")
  made=()
  for place in "${OWN[@]}"; do
    if mkdir "$place" 2>/dev/null; then made+=("$place"); fi
  done
  code=0
  HOLDFAST_PAGE_WORK=$work unshare --mount --pid --fork --kill-child \
    --mount-proc --propagation private "$0" "$@" || code=$?
  left=$(loops_of_page "$disk")
  if ((code == 0)) && [[ -n ${left// /} ]]; then
    printf '%s leaves %s\n' "${page##*/}" "$left" >&2
    code=1
  fi
  for device in $left; do
    losetup --detach "$device" || true
  done
  rm -rf --one-file-system "$work"
  # With the lock of tests/docs/CMakeLists.txt: no other page is on them.
  ((${#made[@]} == 0)) || rmdir "${made[@]}" || true
  exit "$code"
fi

work=$HOLDFAST_PAGE_WORK
for place in "${OWN[@]}"; do
  mkdir -p "$work$place"
  mount --bind "$work$place" "$place"
done
cd "$root"
export PATH=$bin:$PATH
unset HOLDFAST_PAGE_WORK CSI_ENDPOINT

# The doctor's 1 says that it found something, as it may on any machine.
cat >"$work/prelude" <<'SH'
holdfast() {
  local code=0
  command holdfast "$@" || code=$?
  [[ $1 != doctor || $code != 1 ]] || code=0
  return "$code"
}
SH
# Indented too: in a list.
awk '/^ *```sh$/ { on = 1; next } /^ *```$/ { on = 0 } on' "$page" \
  >"$work/commands"
[[ -s $work/commands ]] || {
  printf '%s has no commands\n' "$page" >&2
  exit 1
}

quickstart() {
  scripts/quickstart "$@" >"$work/quickstart.log" 2>&1 && return 0
  cat "$work/quickstart.log" >&2
  return 1
}
if [[ $daemons == --daemons ]]; then
  # The places are mount points here, which --stop could not remove.
  touch /run/holdfast/stays /var/lib/holdfast/stays
  quickstart --bin="$bin" --no-demo --size=4
fi
BASH_ENV=$work/prelude bash -euo pipefail -v "$work/commands"
[[ $daemons != --daemons ]] || quickstart --stop
printf '%s: all commands ran\n' "${page##*/}"
