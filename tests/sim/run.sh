#!/usr/bin/env bash
# The simulator: builds it and runs seeds, or one seed with its trace, or one seeded bug.
set -uo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

usage() {
  cat <<EOT
usage: tests/sim/run.sh --seeds N [--from SEED]   N seeds, from 1 on by default
       tests/sim/run.sh --seed S [--trace]        one seed; --trace: what happens, a line a step
       tests/sim/run.sh --list-mutations          the names of the seeded bugs
       tests/sim/run.sh --mutation NAME           one of them: exit 1 when it was found
       tests/sim/run.sh --test                    what continuous integration runs

The last line is \`simulation: N seeds, N violations, digest HEX\`, or \`mutation NAME: found at seed N\`.
Exit status of seeds: 0 when every promise was kept on every seed, 1 when not, 2 for wrong usage, 70
when something could not be built.
EOT
}

# So many seeds are looked through for a seeded bug, for so many seconds at most.
mutation_seeds=100000
mutation_seconds=120

build() {
  configs/setup.sh || exit 70
  local log=build/reports/sim-build.log
  mkdir -p build/reports
  if ! { cmake --preset release && cmake --build --preset release --target aslx_sim; } >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "tests/sim/run.sh: the build failed: $log" >&2
    exit 70
  fi
}
simulator=build/release/tests/sim/aslx_sim

find_mutation() {
  local program
  program=$(python3 tests/sim/mutation.py "$1") || return 70
  # One thread: the seed that finds it is the same every time.
  timeout "$mutation_seconds" "$program" --seeds "$mutation_seeds" --threads 1 --mutation "$1"
  local status=$?
  [ $status -ne 124 ] || echo "mutation $1: not found in $mutation_seconds s"
  return $status
}

# Ten thousand seeds, the same again for some of them, and every seeded bug.
run_tests() {
  local passed=0 failed=0 first again
  note() {
    echo "sim: $1" >&2
    [ "$2" -eq 0 ] && passed=$((passed + 1)) || failed=$((failed + 1))
  }
  first=$("$simulator" --seeds 10000)
  note "$first" $?
  first=$("$simulator" --seeds 200 --threads 1 2>/dev/null | tail -n 1)
  again=$("$simulator" --seeds 200 --threads 3 2>/dev/null | tail -n 1)
  [ -n "$first" ] && [ "$first" = "$again" ]
  note "the same seeds twice: $first, $again" $?
  for name in $(python3 tests/sim/mutation.py --list); do
    first=$(find_mutation "$name" 2>/dev/null | tail -n 1)
    [[ $first == "mutation $name: found at seed "* ]]
    note "${first:-mutation $name: could not be built}" $?
  done
  echo "tests: $passed passed, $failed failed, 0 skipped"
  [ "$failed" -eq 0 ]
}

case ${1:---help} in
  --help) usage ;;
  --list-mutations) python3 tests/sim/mutation.py --list ;;
  --mutation)
    if [ $# -ne 2 ]; then usage >&2; exit 2; fi
    build
    find_mutation "$2"
    ;;
  --test) build; run_tests ;;
  --seeds | --seed | --from | --trace)
    build
    exec "$simulator" "$@"
    ;;
  *)
    echo "tests/sim/run.sh: unknown argument '$1'" >&2
    usage >&2
    exit 2
    ;;
esac
