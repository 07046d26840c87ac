# shellcheck shell=bash
# The end of what scripts/quickstart started. Sourced by it, never run; expects
# lib.sh, STATE, LOGS, DATA, IMAGE, POOL_MOUNTS and POOL_MOUNT.

# pid_of DAEMON: its process id, if the pid file's process is really it. The
# number alone could by now be another program's.
pid_of() {
  local pid
  pid=$(cat "$STATE/$1.pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  [[ $(readlink "/proc/$pid/exe") == */"$1"?(' (deleted)') ]] || return 1
  printf '%s\n' "$pid"
}

# end DAEMON: ends it by its pid file and waits for that; its volumes stay.
end() {
  local pid
  if pid=$(pid_of "$1"); then
    kill "$pid"
    if ! timeout 30 tail --pid="$pid" -f /dev/null; then
      kill -9 "$pid"
      timeout 30 tail --pid="$pid" -f /dev/null ||
        die "$1 (process $pid) does not end; see what it waits for"
    fi
    say "  $1 ended"
  fi
  rm -f "$STATE/$1.pid"
}

# Each loop device's name (loop7) and the path of its file, which may be gone.
loops() {
  local entry backing
  for entry in /sys/block/loop*/loop/backing_file; do
    backing=$(cat "$entry" 2>/dev/null) || continue
    entry=${entry#/sys/block/}
    printf '%s %s\n' "${entry%%/*}" "${backing% (deleted)}"
  done
}

# Names of the loop devices on files below directory $1.
loops_below() {
  local name backing
  while read -r name backing; do
    [[ $backing != "$1"/* ]] || printf '%s\n' "$name"
  done < <(loops)
}

# The loop devices on image $1: one, or nothing.
image_device() {
  local name backing
  while read -r name backing; do
    [[ $backing != "$1" ]] || printf '/dev/%s\n' "$name"
  done < <(loops)
}

# Where loop device $1 is mounted, or its node bound over a file (a block
# volume); the last mounted first.
mounts_of() {
  local number root target
  number=$(cat "/sys/block/$1/dev")
  while read -r _ _ device root target _; do
    if [[ $device == "$number" || $root == "/$1" ]]; then
      printf '%b\n' "$target"
    fi
  done </proc/self/mountinfo | tac
}

# Unmounts and detaches every volume of the pool in directory $1.
release_volumes() {
  local loop target
  while read -r loop; do
    while read -r target; do
      umount "$target" || die "$target is in use; end what uses it (fuser -m \
$target) and run this again"
    done < <(mounts_of "$loop")
    losetup --detach "/dev/$loop"
  done < <(loops_below "$1")
}

# release_image IMAGE MOUNT_POINT: unmounts and detaches what the node daemon
# mounted, or a `holdfast pool init` that was killed.
release_image() {
  local device
  if mountpoint -q "$2"; then
    umount "$2" || die "$2 is in use; end what uses it (fuser -m $2) and run \
this again"
  fi
  device=$(image_device "$1")
  [[ -z $device ]] || losetup --detach "$device"
  await_none image_device "$1"
}

# await_none COMMAND…: waits until the command, which names devices, names none.
# Detaching a device that something still uses succeeds, and takes place when
# its last user is gone. Often that is a moment later; fails if it is not.
await_none() {
  local end left
  end=$(($(now_ms) + 2000))
  while left=$("$@") && [[ -n $left ]]; do
    (($(now_ms) < end)) || die "still in use: ${left//$'\n'/, }; end what uses \
it (fuser -v; perhaps a mount in another namespace) and run this again"
    sleep 0.05
  done
}

# Removes directory $1, if it is there. What somebody else put there stays.
remove_directory() {
  [[ -d $1 ]] || return 0
  if [[ -n $(ls -A "$1") ]]; then
    warn "$1 holds what quickstart did not make, and stays"
  else
    rmdir "$1"
  fi
}

stop_all() {
  local pool directory
  headline 'Stop'
  end holdfast-controller
  end holdfast-node
  pool=$(cat "$STATE/pool" 2>/dev/null || printf '%s\n' "$IMAGE")
  [[ $pool != "$IMAGE" ]] || pool=$POOL_MOUNT
  release_volumes "$pool"
  await_none loops_below "$pool"
  release_image "$IMAGE" "$POOL_MOUNT"
  release_image "$IMAGE.holdfast-new" "$IMAGE.holdfast-new.d"
  rm -f "$IMAGE" "$IMAGE.holdfast-new" "$STATE/pool" \
    "$LOGS/holdfast-node.log" "$LOGS/holdfast-controller.log"
  rm -rf --one-file-system "$STATE/node" "$STATE/controller" "$STATE/demo"
  for directory in "$IMAGE.holdfast-new.d" "$POOL_MOUNT" "$POOL_MOUNTS" "$STATE" "$LOGS" \
    "$DATA"; do
    remove_directory "$directory"
  done
  good 'Stopped. No daemon, mount, loop device or file of quickstart is left.'
}
