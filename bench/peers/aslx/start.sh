#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
export DELIVERY=${DELIVERY//-/_}
export XDG_STATE_HOME=$TARGET # the poison journal belongs to this run
exec "$ASLX" run pipeline.yaml
