# shellcheck shell=bash
# The parts of scripts/test that have tests of their own: tests as an ordinary
# user, and what a report of ctest says. Sourced after lib.sh, never run.

readonly NOBODY=65534
readonly DROP=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups
  --bounding-set=-all --inh-caps=-all)

# Without these, ctest keeps the first KiB of what a passed test said, and what
# skipped itself after that is not to be seen.
# shellcheck disable=SC2034  # for scripts/test and tests
readonly WHOLE_OUTPUT=(--test-output-size-passed 10000000
  --test-output-size-failed 10000000)

# count ATTRIBUTE FILE: the number in the head of a JUnit file.
count() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p;T;q" "$2"; }

# Reads the text that tests left in FILE and prints the cases that skipped
# themselves.
skipped_cases() {
  grep -aoE '^\[  SKIPPED \] [A-Za-z0-9_/]+\.[A-Za-z0-9_/]+' "$1" |
    sort -u || true
}

# Prints what the user nobody misses in a checkout and its build directory:
# nothing if all that the tests read can be read. nobody_misses ROOT BUILD
nobody_misses() {
  "${DROP[@]}" find "$1" \( -name .git -o -path "$1/build" \) -prune \
    -o ! -readable -print -quit 2>&1 || true
  "${DROP[@]}" find "$2" \( -name CMakeFiles -o -name Testing \) -prune \
    -o \( -name CTestTestfile.cmake -o -path "$2/bin/*" \) \
    ! -readable -print -quit 2>&1 || true
}

# The topmost directory on the way to ROOT, or ROOT itself, that the user
# nobody cannot enter.
blocked_directory() {
  local directory='' part parts
  IFS=/ read -ra parts <<<"${1#/}"
  for part in "${parts[@]}"; do
    directory+=/$part
    "${DROP[@]}" test -x "$directory" || break
  done
  printf '%s\n' "$directory"
}

# copy_for_nobody ROOT BUILD TO: the sources, and of the build directory what
# ctest needs.
copy_for_nobody() {
  local build=${2#"$1"/}
  mkdir -p "$3"
  tar -C "$1" --exclude=./.git --exclude=./build -cf - . | tar -C "$3" -xf -
  (cd "$1" && find "$build" \( -name CMakeFiles -o -name Testing \) -prune \
    -o \( -name CTestTestfile.cmake -o -path "$build/bin/*" \) -print0) |
    tar -C "$1" --null --files-from=- -cf - | tar -C "$3" -xf -
  mkdir -p "$3/$build/Testing"
  chown "$NOBODY:$NOBODY" "$3/$build/Testing"
}

# Prints why as_ordinary_user cannot work here; nothing if it can.
ordinary_user_obstacle() {
  is_root || return 0
  if ! "${DROP[@]}" true 2>/dev/null; then
    say "becoming the user nobody is not permitted"
  elif [[ -n $(nobody_misses "$1" "$2") ]] &&
    ! unshare --mount true 2>/dev/null; then
    say "the user nobody cannot read $1, and mounting a copy there is not \
permitted"
  fi
}

# as_ordinary_user ROOT BUILD VIEW COMMAND…: runs the command without any
# privilege: as the user nobody if this is root. If nobody cannot read the
# checkout ROOT with its build directory BUILD, it gets a copy, kept in VIEW,
# mounted in the original's place for this command alone. The copy hides
# whatever else is below the directory that nobody cannot enter.
as_ordinary_user() {
  local root=$1 build=$2 view=$3 blocked
  shift 3
  if ! is_root; then
    "$@"
  elif [[ -z $(nobody_misses "$root" "$build") ]]; then
    "${DROP[@]}" "$@"
  else
    blocked=$(blocked_directory "$root")
    if [[ ! -d $view ]]; then
      copy_for_nobody "$root" "$build" "$view${root#"$blocked"}"
      chmod -R a+rX "$view"
    fi
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount bash -euc 'mount --bind "$1" "$2" && shift 2 && exec "$@"' \
      _ "$view" "$blocked" "${DROP[@]}" "$@"
  fi
}
