#!/usr/bin/env bash
set -euo pipefail
exec "$(dirname "$0")/../python/build.sh" "$(cd "$(dirname "$0")" && pwd)"
