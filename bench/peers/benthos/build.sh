#!/usr/bin/env bash
# The program below $TARGET; its version on standard output.
set -euo pipefail
cd "$(dirname "$0")"
CGO_ENABLED=0 go build -mod=readonly -o "$TARGET/benthos" . >&2
sed -nE 's|^require github.com/benthosdev/benthos/v4 v(.*)|benthos=\1|p' go.mod
go version "$TARGET/benthos" | sed -E 's/.*: go/go=/'
