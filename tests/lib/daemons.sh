# shellcheck shell=bash
# For tests in shell: a pool in an image file, both daemons on it, and the end
# of all of that. Sourced, never run; expects `set -euo pipefail` and root.
#
#   source tests/lib/daemons.sh
#   daemons_begin BIN_DIR          # everything goes below the new $WORK
#   make_pool 4G
#   start_daemons                  # $NODE, $CONTROLLER, $AGENT are endpoints
#   …
# Both log at LOG_VERBOSITY, and have NODE_FLAGS and CONTROLLER_FLAGS besides: a
# test may set them before they start. An EXIT trap undoes it all. After a
# failure it shows the daemons' logs.

WORK=
NODE='' CONTROLLER='' AGENT=''
node_pid='' controller_pid='' pool_device=''
LOG_VERBOSITY=${LOG_VERBOSITY:-1}
NODE_FLAGS=() CONTROLLER_FLAGS=()

# daemons_begin BIN_DIR: the directory of the binaries.
daemons_begin() {
  BIN=$1
  # Short: a socket's path has at most 107 bytes.
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/d.XXXXXX")
  trap daemons_end EXIT
  # shellcheck disable=SC2034  # for the tests
  NODE=unix://$WORK/node.sock CONTROLLER=unix://$WORK/controller.sock
  AGENT=unix://$WORK/agent.sock
}

# make_pool SIZE: an XFS in a sparse image of that size, mounted at $WORK/pool.
make_pool() {
  truncate -s "$1" "$WORK/pool.img"
  mkfs.xfs -q "$WORK/pool.img"
  pool_device=$(losetup --find --show --direct-io=on "$WORK/pool.img")
  mkdir "$WORK/pool"
  mount -t xfs "$pool_device" "$WORK/pool"
  "$BIN/holdfast" pool init "$WORK/pool" >/dev/null
}

# await_ready ENDPOINT PID LOG: until the daemon answers Probe with ready, for
# as long as it lives, at most a minute.
await_ready() {
  local try
  for ((try = 0; try < 60; try++)); do
    "$BIN/holdfast" probe "$1" --timeout=1s >/dev/null 2>&1 && return 0
    if ! kill -0 "$2" 2>/dev/null; then
      printf 'the daemon for %s ended; its log:\n' "$1" >&2
      tail -n 20 "$3" >&2
      return 1
    fi
  done
  printf '%s is not ready after a minute\n' "$1" >&2
  return 1
}

start_node() {
  "$BIN/holdfast-node" --endpoint="$NODE" --agent_endpoint="$AGENT" \
    --pool="$WORK/pool" --node_id=node-under-test --http_address= \
    --log_verbosity="$LOG_VERBOSITY" "${NODE_FLAGS[@]}" \
    >>"$WORK/node.log" 2>&1 &
  node_pid=$!
  await_ready "$NODE" "$node_pid" "$WORK/node.log"
}

start_controller() {
  "$BIN/holdfast-controller" --endpoint="$CONTROLLER" --agents="$AGENT" \
    --http_address= --log_verbosity="$LOG_VERBOSITY" \
    "${CONTROLLER_FLAGS[@]}" >>"$WORK/controller.log" 2>&1 &
  controller_pid=$!
  await_ready "$CONTROLLER" "$controller_pid" "$WORK/controller.log"
}

start_daemons() { start_node && start_controller; }

# end_daemons SIGNAL: TERM or KILL; waits for their end.
end_daemons() {
  local pid
  for pid in $controller_pid $node_pid; do
    kill "-$1" "$pid" 2>/dev/null || true
    # Without the shell's remark on how it ended.
    wait "$pid" 2>/dev/null || true
  done
  node_pid='' controller_pid=''
}

# Mount points below $WORK, the last mounted first.
mounts_below() {
  local _ target
  while read -r _ _ _ _ target _; do
    [[ $target == "$WORK"/* ]] && printf '%s\n' "$target"
  done </proc/self/mountinfo | tac
  return 0
}

# Loop devices on files below $WORK.
loops_below() {
  local entry
  for entry in /sys/block/loop*/loop/backing_file; do
    if [[ $(cat "$entry" 2>/dev/null) == "$WORK"/* ]]; then
      entry=${entry#/sys/block/}
      printf '/dev/%s\n' "${entry%%/*}"
    fi
  done
}

# Fails if volumes are mounted or attached.
assert_nothing_attached() {
  local left
  left=$(mounts_below | grep -vxF "$WORK/pool" || true
    loops_below | grep -vxF "$pool_device" || true)
  [[ -z $left ]] && return 0
  printf 'still mounted or attached:\n%s\n' "$left" >&2
  return 1
}

# Unmounts and detaches everything below $WORK. In rounds: the pool is free when
# its volumes are, and a loop device goes a moment after its last user.
release_all() {
  local round target device
  for ((round = 0; round < 50; round++)); do
    while read -r target; do umount "$target"; done < <(mounts_below)
    while read -r device; do losetup --detach "$device"; done < <(loops_below)
    [[ -n $(loops_below) ]] || return 0
    sleep 0.1
  done 2>/dev/null
  printf 'cannot be detached: %s\n' "$(loops_below)" >&2
}

daemons_end() {
  local code=$?
  trap - EXIT
  trap '' PIPE  # whoever read the output may be gone
  set +e
  end_daemons KILL
  if ((code != 0)); then
    for log in "$WORK"/*.log; do
      printf '\n--- the end of %s\n' "${log##*/}"
      tail -n 40 "$log"
    done >&2
  fi
  release_all
  rm -rf --one-file-system "$WORK"
  exit "$code"
}
