#!/usr/bin/env bash
set -euo pipefail
exec "$(dirname "$0")/../java-streaming/build.sh" "$(cd "$(dirname "$0")" && pwd)"
