#!/usr/bin/env bash
# All benches, from a fresh clone: installs what is missing, builds, measures, and writes
# build/reports/bench.json. Each part is a command of its own (--help of it says what it measures);
# the table of all rows goes to standard error.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONDONTWRITEBYTECODE=1

declare -A commands=(
  [workloads]="bench/inprocess/workloads.py"
  [workers]="bench/inprocess/workers.py"
  [record_path]="bench/inprocess/record_path.py"
  [in_flight]="bench/inprocess/in_flight.py"
  [compile_load]="bench/inprocess/compile_load.py"
  [e2e]="bench/e2e/run.py"
)
all_parts=(workloads workers record_path in_flight compile_load e2e)
usage() {
  cat <<USAGE
usage: bench/run.sh [PART...]

Runs the named parts, all of them by default, and writes build/reports/bench.json.
Exit status: 0 when everything named was measured, 1 when something was not (a row with a goal that is
missing is named), 2 for wrong usage.
A goal that is not reached is a row that says so, not a failure.

parts:
  workloads     every workload at every size, aslx beside four ways of doing the same
  workers       one worker and two, in process
  record_path   mallocs and locks between Poll and TryProduce
  in_flight     1 to 1,000,000 executions that wait, and their memory
  compile_load  definitions of 1 KB to 1 MiB
  e2e           through Apache Kafka, beside forwarders and a libcurl loop written by hand

Nothing else should run on the machine meanwhile. The peers have a script of their own:
bench/peers/run.sh.
USAGE
}

parts=()
for argument in "$@"; do
  case $argument in -h | --help) usage; exit 0 ;; esac
  if [ -z "${commands[$argument]:-}" ]; then
    echo "bench/run.sh: unknown part '$argument'" >&2
    usage >&2
    exit 2
  fi
  parts+=("$argument")
done
[ ${#parts[@]} -gt 0 ] || parts=("${all_parts[@]}")

configs/setup.sh
{
  cmake --preset release
  cmake --build --preset release --target aslx aslx_benches e2e
} >&2

status=0
for part in "${parts[@]}"; do
  echo "== $part" >&2
  rm -f "build/reports/parts/$part.json"
  started=$SECONDS
  python3 "${commands[$part]}" || { echo "bench/run.sh: part '$part' failed" >&2; status=1; }
  echo "== $part: $((SECONDS - started)) s" >&2
done
python3 bench/report.py bench "${parts[@]}" || status=1
exit "$status"
