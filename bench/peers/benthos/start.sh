#!/usr/bin/env bash
set -euo pipefail
export GOGC=400 GOMAXPROCS=1
exec "$TARGET/benthos" -c "$(dirname "$0")/pipeline.yaml"
