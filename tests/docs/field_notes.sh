#!/usr/bin/env bash
# docs/field-notes.md and the tests that it names.
# Usage: field_notes.sh check            the page against the sources
#        field_notes.sh run ROW BIN_DIR  the tests of one row, all of them
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly page=${FIELD_NOTES_PAGE:-$root/docs/field-notes.md}
readonly ROWS=30

# The tests of the sources, "Suite.Test" one a line.
tests_of_the_tree() {
  find "$root/tests" -name '*.cc' -print0 | xargs -0 cat | tr '\n' ' ' |
    grep -oE '\bTEST(_F|_P)?\( *[A-Za-z0-9_]+, *[A-Za-z0-9_]+ *\)' |
    sed -E 's/TEST(_F|_P)?\( *([A-Za-z0-9_]+), *([A-Za-z0-9_]+) *\)/\2.\3/' |
    sort -u
}

# names_in TEXT: the tests that it names.
# shellcheck disable=SC2016  # the quotes of Markdown
names_in() {
  grep -oE '`[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*`' <<<"$1" | tr -d '`' |
    sort -u
}

# section ROW: what the page says of it.
section() {
  awk -v row="$1" '/^## / {on = ($2 == row ".")} on' "$page"
}

fail() {
  printf '%s\n' "$*" >&2
  failed=1
}

# A row without tests has to say when or where else.
check_row() {
  local text
  text=$(section "$1")
  if [[ -z $text ]]; then
    fail "row $1 is missing"
  elif [[ -z $(names_in "$text" || true) ]] &&
    ! grep -qiE "later work|not this driver's yet|comes with the chart" \
      <<<"$text"; then
    fail "row $1 names no test, nor why there is none"
  fi
}

check() {
  failed=0
  local row name
  for ((row = 1; row <= ROWS; ++row)); do check_row "$row"; done
  local known named
  known=$(tests_of_the_tree)
  named=$(names_in "$(<"$page")")
  for name in $(comm -13 <(echo "$known") <(echo "$named")); do
    fail "the page names $name, which is no test"
  done
  while read -r name; do
    row=$((10#$(sed -E 's/^FieldNote([0-9]{2}).*/\1/' <<<"$name")))
    names_in "$(section "$row")" | grep -qxF "$name" ||
      fail "$name is not in row $row of the page"
  done < <(grep -E '^FieldNote[0-9]{2}' <<<"$known")
  return "$failed"
}

# Each test by itself: a name that no program has is a failure.
run() {
  local name program
  failed=0
  for name in $(names_in "$(section "$1")"); do
    # shellcheck disable=SC2015  # the first that has it
    program=$(cd "$2" && for each in *_test; do
      ./"$each" --gtest_list_tests --gtest_filter="*${name#*/}*" 2>/dev/null |
        grep -q '^  ' && echo "$each" && break
    done || true)
    if [[ -z $program ]]; then
      fail "no program has $name"
    else
      "$2/$program" --gtest_filter="$name:$name/*:*/$name/*:${name/./\/*.}" ||
        fail "$name failed"
    fi
  done
  return "$failed"
}

"$@"
