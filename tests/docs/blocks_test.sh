#!/usr/bin/env bash
# Every command in the documents is run by a test: blocks marked ```sh by
# run_page.sh, and those marked ```sh setup (to get, build and test the program)
# by scripts/test, which this is a part of. Other blocks hold no commands, but
# for those that no test machine can run, which are listed below.
# Usage: blocks_test.sh PAGE…: the pages that run_page.sh runs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Not run: they act on the machine itself, on its disks, or on what is lost.
readonly NOT_RUN='cmake --install build/release
install -d /etc/holdfast
cp -n deploy/systemd/*.flags /etc/holdfast/
systemctl enable --now holdfast-node holdfast-controller
holdfast pool init /srv/holdfast/pool
holdfast pool init --device=/dev/nvme1n1
holdfast pool forget 5f2c9a1e03b7d846 --data-is-lost'

# What runs a command of a block marked setup: the script, and words in it.
declare -A SETUP=(
  [scripts/bench]='tests/bench/smoke_test.sh:scripts/bench'
  [scripts/plot]='tests/bench/smoke_test.sh:scripts/plot'
  [scripts/tables]='tests/bench/smoke_test.sh:scripts/tables'
  [scripts/bootstrap]='scripts/test:scripts/bootstrap'
  [scripts/build]='scripts/test:scripts/build'
  [scripts/quickstart]='tests/scripts/quickstart_test.sh:scripts/quickstart'
  [scripts/test]='scripts/test:ctest --test-dir'
  [ctest]='scripts/test:ctest --test-dir'
)
bad=0

wrong() {
  printf '%s: %s\n' "${page#"$root"/}" "$1" >&2
  bad=1
}

# check_line MARK LINE, of a block: what is not run must be listed.
check_line() {
  local word runner
  read -r word _ <<<"$2"
  case $1 in
    sh)
      [[ " $pages " == *" $(basename "$page" .md) "* ]] ||
        wrong "is not run by a test: $2"
      ;;
    'sh setup')
      runner=${SETUP[$word]:-}
      [[ -n $runner ]] || wrong "scripts/test does not run: $2"
      grep -qF -- "${runner#*:}" "$root/${runner%%:*}" ||
        wrong "${runner%%:*} does not run $word any more"
      ;;
    yaml) ;;
    *)
      [[ $word =~ ^(holdfast|scripts/|cmake|ctest|systemctl|install|cp|mkfs) ]] ||
        return 0
      grep -qxF -- "$2" <<<"$NOT_RUN" ||
        wrong "a command in a block that is not run: $2"
      ;;
  esac
}

pages="$*"
for page in "$root"/README.md "$root"/docs/*.md; do
  mark='' inside=no
  while IFS= read -r line; do
    line=${line#"${line%%[! ]*}"}
    if [[ $line == '```'* ]]; then
      mark=${line#'```'}
      if [[ $inside == no ]]; then inside=yes; else inside=no; fi
    elif [[ $inside == yes && -n $line ]]; then
      check_line "$mark" "$line"
    fi
  done <"$page"
  [[ $inside == no ]] || wrong 'a block does not end'
done
exit "$bad"
