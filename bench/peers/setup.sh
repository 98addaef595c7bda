#!/usr/bin/env bash
# The languages of the peers, beside what configs/setup.sh installs: a compiler for Java, node with npm, Rust,
# and Python's virtual environments. What is there in any version is left alone. (Go: benthos/build.sh.)
set -euo pipefail
say() { echo "peers: $*" >&2; }

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need javac openjdk-17-jdk-headless
need node nodejs
need npm npm
need cargo cargo-web # the newer of Debian's two; the other is too old for what the crate needs
need taskset util-linux
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
say "about to install with apt-get: ${missing[*]}"
{
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
} >&2
