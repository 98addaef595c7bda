#!/usr/bin/env bash
set -euo pipefail
exec "$TARGET/environment/bin/python" "$(dirname "$0")/main.py"
