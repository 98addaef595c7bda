#!/usr/bin/env bash
set -euo pipefail
rm -rf "$TARGET/state" # each run is a new application
exec "$(dirname "$0")/../java-streaming/start.sh"
