#!/usr/bin/env bash
# What scripts/test finds in the report of ctest, and who runs its tests.
# Usage: test_lib_test.sh skips|user; user needs root
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scripts" && pwd)
# shellcheck source=scripts/lib.sh
source "$scripts/lib.sh"
# shellcheck source=scripts/test_lib.sh
source "$scripts/test_lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf --one-file-system "$scratch"' EXIT

# expect WHAT EXPECTED FOUND
expect() {
  [[ $2 == "$3" ]] && return 0
  printf '%s: expected "%s", found "%s"\n' "$@"
  exit 1
}

# A passed test says a lot, and in the midst of it that cases skipped.
test_skips() {
  local junit=$scratch/junit.xml
  cat >"$scratch/long_test" <<'TEXT'
#!/bin/sh
yes '[       OK ] Suite.Ran (0 ms)' | head -n 20000
echo '[  SKIPPED ] Suite/Kind.Skipped/1 (0 ms)'
yes '[       OK ] Suite.Ran (0 ms)' | head -n 20000
echo '[  SKIPPED ] 1 test, listed below:'
echo '[  SKIPPED ] Suite/Kind.Skipped/1'
TEXT
  chmod +x "$scratch/long_test"
  printf 'add_test(long_test "%s")\n' "$scratch/long_test" \
    >"$scratch/CTestTestfile.cmake"
  ctest --test-dir "$scratch" --output-junit "$junit" "${WHOLE_OUTPUT[@]}" \
    >"$scratch/output"
  expect tests 1 "$(count tests "$junit")"
  expect failures 0 "$(count failures "$junit")"
  expect 'skipped cases' '[  SKIPPED ] Suite/Kind.Skipped/1' \
    "$(skipped_cases "$junit")"
}

# make_checkout ROOT: a source, a program, and what it must not need.
make_checkout() {
  mkdir -p "$1/scripts" "$1/.git" "$1/build/x/bin" "$1/build/other"
  printf 'source\n' >"$1/scripts/source"
  touch "$1/.git/config" "$1/build/x/CTestTestfile.cmake"
  cat >"$1/build/x/bin/program" <<TEXT
#!/bin/sh
touch "$1/build/x/Testing/log" || exit 1
echo "\$(id -u) \$(cat "$1/scripts/source") \$(grep CapEff /proc/self/status)"
TEXT
  chmod u+x "$1/build/x/bin/program"
  mkdir "$1/build/x/Testing"
  chown "$NOBODY" "$1/build/x/Testing"
}

# expect_ordinary WHAT ROOT
expect_ordinary() {
  local view=$scratch/view
  expect "$1, obstacle" '' "$(ordinary_user_obstacle "$2" "$2/build/x")"
  expect "$1" "$NOBODY source CapEff: 0000000000000000" "$(
    as_ordinary_user "$2" "$2/build/x" "$view" "$2/build/x/bin/program" |
      tr '\t' ' '
  )"
  rm -rf "$view"
}

test_user() {
  local root=$scratch/above/checkout
  chmod 755 "$scratch"
  make_checkout "$root"
  chmod -R a+rX "$root"
  chmod 600 "$root/.git/config"
  expect 'readable' '' "$(nobody_misses "$root" "$root/build/x")"
  expect_ordinary 'readable' "$root"
  chmod 700 "$scratch/above"
  expect_ordinary 'below a closed directory' "$root"
  chmod -R go= "$root"
  expect_ordinary 'closed as well' "$root"
  chmod 755 "$scratch/above" "$root"
  expect_ordinary 'open above closed files' "$root"
  expect 'mounts' '' "$(grep -F "$scratch" /proc/self/mountinfo || true)"
}

"test_$1"
