#!/usr/bin/env bash
# check_layers finds each kind of offence, and only that.
set -euo pipefail
check=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scripts" && pwd)/check_layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# expect ok|offence FILE LINE: a tree with only this line in this file.
expect() {
  local found=ok
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$2")"
  printf '%s\n' "$3" >"$tree/$2"
  "$check" "$tree" >"$tree/output" || found=offence
  [[ $found == "$1" ]] && return 0
  printf '%s in %s: expected %s, found %s\n' "$3" "$2" "$1" "$found"
  failures=$((failures + 1))
}

expect ok base/a.h '#include "base/status.h"'
expect offence base/a.h '#include "os/files.h"'
expect ok node/a.cc '#include "backend/backend.h"'
expect offence node/a.cc '#include "controller/limits.h"'
expect offence backend/pool/a.cc '#include "rpc/call.h"'
expect offence rpc/a.cc '#include "backend/backend.h"'
expect offence os/a.cc '#include "tests/fakes/machine.h"'
expect ok driver/a.cc '#include "node/stage.h"'
expect offence cli/a.cc '#include "driver/options.h"'

expect ok os/linux_loop.cc '#include <linux/loop.h>'
expect ok rpc/linux_unix_socket.cc '#include <sys/un.h>'
expect offence node/a.cc '#include <sys/mount.h>'
expect offence os/loop.cc '#include <linux/loop.h>'

expect ok node/node_service.h '#include "csi/v1/csi.grpc.pb.h"'
expect ok node/validate.cc 'csi::v1::NodeStageVolumeRequest request;'
expect offence node/stage.cc '#include "csi/v1/csi.pb.h"'
expect offence backend/a.h 'csi::v1::Volume volume;'

expect ok driver/a.cc 'ABSL_FLAG(int, a, 0, "");'
expect ok cli/a.cc 'absl::GetFlag(FLAGS_size);'
expect offence node/a.cc 'absl::GetFlag(FLAGS_size);'
expect ok node/mount_flags.h '#define HOLDFAST_NODE_MOUNT_FLAGS_H_'

expect ok backend/pool/mkfs.cc 'return {"mkfs.ext4"};'
expect offence node/stage.cc 'commands_.Run({"mkfs.ext4", device});'
expect offence backend/pool/trash.cc '"/sbin/mke2fs"'
expect ok node/stage.cc '// no mkfs here'
expect offence backend/pool/trash.cc '#include "backend/pool/mkfs.h"'

exit "$((failures > 0))"
