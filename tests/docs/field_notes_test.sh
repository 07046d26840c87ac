#!/usr/bin/env bash
# field_notes.sh notices what it is there for.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
page=$here/../../docs/field-notes.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# expect_refused WORDS SED: with the page edited so, the check says WORDS.
expect_refused() {
  sed -E "$2" "$page" >"$work/page.md"
  if FIELD_NOTES_PAGE=$work/page.md "$here/field_notes.sh" check 2>"$work/said"; then
    printf 'accepted: %s\n' "$2" >&2
    exit 1
  fi
  grep -qF "$1" "$work/said" || {
    cat "$work/said" >&2
    exit 1
  }
}

"$here/field_notes.sh" check
expect_refused 'row 7 is missing' 's/^## 7\. /## 77. /'
# shellcheck disable=SC2016  # the quotes of Markdown
expect_refused 'row 16 names no test' '/^## 16/,/^## 17/s/`[A-Z][^`]*`//g'
expect_refused 'names StatsTest.Gone, which is no test' \
  's/StatsTest\.TheCallersDeadlineHoldsToo/StatsTest.Gone/'
# shellcheck disable=SC2016
expect_refused 'is not in row 19' 's/`FieldNote19Test\.[^`]*`//'
