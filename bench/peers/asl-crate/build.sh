#!/usr/bin/env bash
# The program below $TARGET; versions on standard output.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=$TARGET CARGO_HOME=$CACHE/cargo
cargo build --release --locked --quiet >&2
sed -nE '/^name = "(asl|jsonpath-rust|serde_json)"$/{s//\1/;N;s/\nversion = "(.*)"/=\1/p}' Cargo.lock
rustc --version | sed -E 's/rustc ([^ ]+).*/rustc=\1/'
