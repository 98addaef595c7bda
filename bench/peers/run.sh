#!/usr/bin/env bash
# The peers side by side: installs and builds what it needs, then runs run.py. See --help.
# build/reports/peers.json has the rows; about half an hour on two cores, at most 50 minutes with what is built first.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

case " $* " in *" --help "* | *" -h "*) exec python3 bench/peers/run.py --help ;; esac
configs/setup.sh
bench/peers/setup.sh
{
  cmake --preset release
  cmake --build --preset release --target aslx topic_tool execution_loop
} >&2
exec python3 bench/peers/run.py "$@"
