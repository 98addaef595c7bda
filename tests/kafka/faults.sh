#!/usr/bin/env bash
# Faults against Apache Kafka: builds what it needs, then runs faults/run.py. See --help.
# The last line on standard output: faults: N events, N lost, N duplicated
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

case " $* " in *" --help "* | *" -h "*) exec python3 tests/kafka/faults/run.py --help ;; esac
configs/setup.sh
{
  cmake --preset release
  cmake --build --preset release --target aslx event_tool
} >&2
export ASLX_UNDER_TEST=$PWD/build/release/aslx
export EVENT_TOOL=$PWD/build/release/tests/kafka/faults/event_tool
# A mount name space of its own: the small disk goes with the last process, however that ends.
namespace=(unshare --mount)
[ "$(id -u)" -eq 0 ] || namespace=(unshare --user --map-root-user --mount)
"${namespace[@]}" true 2>/dev/null || namespace=()
exec "${namespace[@]}" python3 tests/kafka/faults/run.py "$@"
