#!/usr/bin/env bash
# Compares proto/csi/v1/csi.proto with the published CSI descriptor, after
# proving that the comparison finds differences.
# Needs protoc and go; PROTOC and GO name others than those on PATH.
set -euo pipefail

protoc=${PROTOC:-protoc}
go=${GO:-go}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$protoc" -I "$root/proto" --include_imports \
  --descriptor_set_out="$scratch/csi.pb" csi/v1/csi.proto

cd "$here"
"$go" test ./...
# Built, not `go run`, which would turn every failure into exit code 1.
"$go" build -o "$scratch/wire_parity" .
"$scratch/wire_parity" "$scratch/csi.pb"
