#!/usr/bin/env bash
# Runs csi-sanity against both daemons on a pool of their own: the node daemon
# as -csi.endpoint, the controller as -csi.controllerendpoint, for volumes of
# each file system and for block volumes. Between two runs the daemons are killed
# with -9.
#
# Usage: csi_sanity.sh BIN_DIR [--runs N] [--volumes ext4|xfs|btrfs|block]…
#                      [--controller router|agent]
#   --controller agent  the node's own controller services, without the router
#
# Passes if in every run no case failed, exactly as many ran as are named below,
# and no secret that went with the requests is in a daemon's log. Needs root,
# XFS and csi-sanity (scripts/bootstrap test).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/daemons.sh
source "$root/tests/lib/daemons.sh"

# How many cases of this csi-sanity run with what Holdfast advertises. Fewer: a
# capability is advertised no longer, so that nobody tests it. More: one is new,
# or csi-sanity is; say the new number.
readonly CASES=80
# Both daemons log every request, and probes.
# shellcheck disable=SC2034  # for daemons.sh
readonly LOG_VERBOSITY=3
readonly SECRET=the-password-of-nobody-else
bin=${1:?the directory of the binaries is missing}
shift
runs=1 kinds=() controller=router
while (($# > 0)); do
  case $1 in
    --runs) runs=$2 ;;
    --volumes) kinds+=("$2") ;;
    --controller) controller=$2 ;;
    *) printf 'unknown word %s\n' "$1" >&2 && exit 2 ;;
  esac
  shift 2
done
((${#kinds[@]} > 0)) || kinds=(ext4 xfs btrfs block)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/holdfast}
sanity=$cache/bin/csi-sanity
[[ -x $sanity ]] || {
  printf 'no %s; run scripts/bootstrap test\n' "$sanity" >&2
  exit 1
}

# attribute NAME FILE: a number in the head of a JUnit report.
attribute() { sed -n "s/.*<testsuites[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$2"; }

# judge REPORT WHAT: says how a run went; fails unless it was good.
judge() {
  local bad ran
  bad=$(($(attribute failures "$1") + $(attribute errors "$1")))
  # Cases of capabilities that are not advertised are "skipped".
  ran=$(grep -cE '<testcase name="\[It\].* status="(passed|failed|panicked)"' \
    "$1" || true)
  printf '%s: %d cases ran, %d failed\n' "$2" "$ran" "$bad"
  ((ran == CASES)) || printf 'expected are %d cases\n' "$CASES" >&2
  ((bad == 0 && ran == CASES))
}

# Secrets for every call that takes them, each of them with $SECRET in it.
write_secrets() {
  local call
  for call in CreateVolume DeleteVolume ControllerPublishVolume \
    ControllerUnpublishVolume ControllerValidateVolumeCapabilities \
    NodeStageVolume NodePublishVolume CreateSnapshot DeleteSnapshot \
    ControllerExpandVolume ControllerModifyVolume ListSnapshots GetSnapshot
  do
    printf '%sSecret:\n  word: "%s of %s"\n' "$call" "$SECRET" "$call"
  done >"$WORK/secrets.yaml"
}

# The logs hold the requests, without the secrets that came with them.
check_logs() {
  local log
  for log in "$WORK/node.log" "$WORK/controller.log"; do
    if grep -F -m 5 "$SECRET" "$log" >&2; then
      printf 'secrets are in %s\n' "${log##*/}" >&2
      return 1
    fi
  done
  log=$WORK/controller.log
  [[ $controller == agent ]] && log=$WORK/node.log
  for log in "$WORK/node.log" "$log"; do
    grep -qF 'secrets { key: \"word\" value: \"***stripped' "$log" && continue
    printf 'no request with secrets is in %s\n' "${log##*/}" >&2
    return 1
  done
}

# one_run KIND NUMBER
one_run() {
  local report=$WORK/report.xml what="csi-sanity, $1, run $2"
  local to=$CONTROLLER access=mount
  [[ $1 == block ]] && access=block
  [[ $controller == agent ]] && to=$AGENT
  rm -f "$report"
  "$sanity" -csi.endpoint "$NODE" -csi.controllerendpoint "$to" \
    -csi.testvolumeaccesstype "$access" -csi.testvolumesize $((320 << 20)) \
    -csi.testvolumeexpandsize $((640 << 20)) \
    -csi.secrets "$WORK/secrets.yaml" \
    -csi.mountdir "$WORK/target" -csi.stagingdir "$WORK/staging" \
    -ginkgo.no-color -ginkgo.junit-report "$report" \
    >"$WORK/sanity.out" 2>&1 || true
  if [[ ! -s $report ]] || ! judge "$report" "$what"; then
    grep -A 40 -E '\[(FAIL|PANICKED)' "$WORK/sanity.out" | head -n 400 >&2 ||
      tail -n 50 "$WORK/sanity.out" >&2
    printf '%s: failed\n' "$what" >&2
    return 1
  fi
  assert_nothing_attached
}

daemons_begin "$bin"
write_secrets
make_pool 8G
for ((run = 1; run <= runs; run++)); do
  for kind in "${kinds[@]}"; do
    end_daemons KILL
    # csi-sanity names no file system, so that it gets the default one.
    # shellcheck disable=SC2034  # for daemons.sh
    if [[ $kind == block ]]; then
      NODE_FLAGS=()
    else
      NODE_FLAGS=(--default_fs_type="$kind")
    fi
    start_daemons
    one_run "$kind" "$run"
  done
done
check_logs
