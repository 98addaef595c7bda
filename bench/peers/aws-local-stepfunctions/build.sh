#!/usr/bin/env bash
set -euo pipefail
exec "$(dirname "$0")/../kafkajs/build.sh" "$(cd "$(dirname "$0")" && pwd)"
