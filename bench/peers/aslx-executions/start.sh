#!/usr/bin/env bash
set -euo pipefail
exec "$(dirname "$ASLX")/bench/peers/execution_loop"
