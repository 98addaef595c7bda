#!/usr/bin/env bash
set -euo pipefail
exec "$TARGET/release/peer-asl-crate"
